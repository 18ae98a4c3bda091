import { refused } from '@xinlu/common/errors';
import { PkiError, type UnverifiedCertificate, verifyCardAnswer } from '@xinlu/pki';

/** The card behind the given certificate signed our text. Refusal: `card-signature-wrong`. */
export function verifySignature(answer: {
  text: string;
  signatureType: 'PKCS1' | 'PKCS7';
  signature: Uint8Array;
  certificate: Uint8Array;
}): UnverifiedCertificate {
  try {
    return verifyCardAnswer({
      signatureType: answer.signatureType,
      signature: answer.signature,
      certificate: answer.certificate,
      challenge: Buffer.from(answer.text, 'utf8'),
      hashAlgorithm: 'SHA256',
    }).unverifiedCertificate;
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw refused('card-signature-wrong', 'The answer of the card does not fit this attempt; start again.', {
      cause,
    });
  }
}
