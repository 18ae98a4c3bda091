import { KeyPurposeOid } from '../asn1/oids.ts';
import { schemeOf } from '../certificate/algorithm.ts';
import { KeyUsageBit } from '../certificate/extensions.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import type { Purpose, PurposeCheck } from './purpose.ts';

/** Assurance level 3 of the Certificate Policy of Taiwan's government PKI. */
export const TAIWAN_CLASS_3 = '2.16.886.101.0.3.3';

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 256;
const STRONG_HASHES: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);
const ALLOWED_KEY_PURPOSES: ReadonlySet<string> = new Set([
  KeyPurposeOid.any,
  KeyPurposeOid.clientAuth,
  KeyPurposeOid.smartCardLogon,
]);

function isStrongKey(key: SubjectPublicKey): boolean {
  switch (key.kind) {
    case 'rsa':
    case 'rsa-pss':
      return (key.bits ?? 0) >= MIN_RSA_BITS;
    case 'ec':
      return (key.bits ?? 0) >= MIN_CURVE_BITS;
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return true;
    default:
      return false;
  }
}

function hasStrongHash(certificate: UnverifiedCertificate): boolean {
  const scheme = schemeOf(certificate.outerAlgorithm);
  return (
    scheme !== undefined &&
    scheme.scheme !== 'dsa' &&
    (scheme.hash === null || STRONG_HASHES.has(scheme.hash))
  );
}

const useStrongKeys: PurposeCheck = {
  rule: 'Login policy 1: RSA of 2048 bits and more, P-256 and up, EdDSA, ML-DSA',
  run: (path) =>
    path.every((certificate) => isStrongKey(certificate.subjectPublicKey))
      ? undefined
      : { code: 'login-key-weak', reason: 'A key on the path is too weak for logging in' },
};

/** An anchor is trusted by its fingerprint, so the hash in its own signature does not matter. */
const useStrongHashes: PurposeCheck = {
  rule: 'Login policy 2: SHA-256 and up',
  run: (path) =>
    path.slice(1).every(hasStrongHash)
      ? undefined
      : {
          code: 'login-hash-weak',
          reason: 'A signature on the path uses a hash that is too weak for logging in',
        },
};

const beEndEntity: PurposeCheck = {
  rule: 'Login policy 3: the holder is not an authority',
  run: (path) =>
    path.at(-1)?.extensions.basicConstraints?.isAuthority
      ? { code: 'login-authority', reason: 'The certificate of an authority cannot be used for logging in' }
      : undefined,
};

const allowDigitalSignature: PurposeCheck = {
  rule: 'Login policy 4: key usage digitalSignature',
  run(path) {
    const keyUsage = path.at(-1)?.extensions.keyUsage ?? 0;
    return (keyUsage & KeyUsageBit.digitalSignature) !== 0
      ? undefined
      : {
          code: 'login-key-usage',
          reason: 'The certificate is not meant for digital signatures, as an encryption certificate is not',
        };
  },
};

const allowKeyPurpose: PurposeCheck = {
  rule: 'Login policy 5: extended key usage absent, any, client authentication or smart card logon',
  run(path) {
    const purposes = path.at(-1)?.extensions.extendedKeyUsage;
    return purposes === undefined || purposes.some((purpose) => ALLOWED_KEY_PURPOSES.has(purpose))
      ? undefined
      : {
          code: 'login-key-purpose',
          reason: 'The extended key usage of the certificate does not allow logging in',
        };
  },
};

/** Logging in with a card of Taiwan's government PKI. The policy of assurance level 3 is required by the path itself. */
export const loginPurpose: Purpose = {
  defaultPolicies: [TAIWAN_CLASS_3],
  checks: [useStrongKeys, useStrongHashes, beEndEntity, allowDigitalSignature, allowKeyPurpose],
};
