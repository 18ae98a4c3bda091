import { constants, verify } from 'node:crypto';
import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { verifySignedData } from '../cms/verify-signed-data.ts';
import { PkiError } from '../error.ts';
import type { CardAnswer } from './card-answer.ts';
import { requireUsableKey } from './usable-key.ts';

export type CardAnswerInput = {
  signatureType: 'PKCS1' | 'PKCS7';
  signature: Uint8Array;
  /** Required for PKCS1. For PKCS7 the signer's certificate comes with the message and must equal this one if given. */
  certificate?: Uint8Array;
  /** The exact octets that the card was asked to sign. */
  challenge: Uint8Array;
  hashAlgorithm: 'SHA256';
};

/**
 * Verifies an answer of Taiwan's HiPKI component: the signature over our challenge, never over data that came along.
 * @throws PkiError `card-answer-malformed`, `certificate-malformed`, `card-certificate-missing`,
 * `card-certificate-mismatch`, `card-key-unsupported`, `card-signature-invalid`, or a `cms-…` code (see `cms/`)
 */
export function verifyCardAnswer(input: CardAnswerInput): CardAnswer {
  if (input.challenge.length === 0) throw new TypeError('The challenge must not be empty');
  if (input.hashAlgorithm !== 'SHA256') {
    throw new PkiError('card-answer-malformed', 'The hash algorithm of the answer is not SHA256');
  }
  switch (input.signatureType) {
    case 'PKCS1':
      return verifyPlain(input);
    case 'PKCS7':
      return verifyMessage(input);
    default:
      throw new PkiError('card-answer-malformed', 'The type of the signature is neither PKCS1 nor PKCS7');
  }
}

function verifyPlain({ certificate, challenge, signature }: CardAnswerInput): CardAnswer {
  if (!certificate) throw new PkiError('card-certificate-missing', 'The answer comes without a certificate');
  const unverifiedCertificate = parseCertificate(certificate);
  requireUsableKey(unverifiedCertificate);
  if (!isSignature(unverifiedCertificate, challenge, signature)) {
    throw new PkiError(
      'card-signature-invalid',
      'The signature does not belong to the challenge and the certificate',
    );
  }
  return { unverifiedCertificate };
}

function isSignature(certificate: UnverifiedCertificate, data: Uint8Array, signature: Uint8Array): boolean {
  const key = certificate.publicKey;
  const { kind, bits } = certificate.subjectPublicKey;
  try {
    if (kind === 'rsa')
      return verify('sha256', data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    // PKCS#11 cards give r and s side by side, other middleware wraps them in DER; the length tells them apart.
    const isRaw = signature.length === 2 * Math.ceil((bits ?? 0) / 8);
    return verify('sha256', data, { key, dsaEncoding: isRaw ? 'ieee-p1363' : 'der' }, signature);
  } catch {
    // OpenSSL reports some malformed signatures by an error instead of a plain no.
    return false;
  }
}

function verifyMessage({ certificate, challenge, signature }: CardAnswerInput): CardAnswer {
  const { signer } = verifySignedData({
    message: signature,
    content: challenge,
    candidates: certificate ? [certificate] : [],
    beforeUse: requireUsableKey,
  });
  if (certificate && parseCertificate(certificate).fingerprint !== signer.fingerprint) {
    throw new PkiError(
      'card-certificate-mismatch',
      'The message was signed with another certificate than the one named',
    );
  }
  return { unverifiedCertificate: signer };
}
