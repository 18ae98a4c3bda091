import type { SubjectPublicKey } from '../../certificate/public-key.ts';
import type { PurposeCheck } from '../purpose.ts';

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 256;

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

export const useStrongKeys: PurposeCheck = {
  rule: 'Login policy 1: RSA of 2048 bits and more, P-256 and up, EdDSA, ML-DSA',
  run: ({ path }) =>
    path.every((certificate) => isStrongKey(certificate.subjectPublicKey))
      ? undefined
      : { code: 'login-key-weak', reason: 'A key on the path is too weak for logging in' },
};
