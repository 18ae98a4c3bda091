import { schemeOf } from '../../certificate/algorithm.ts';
import type { UnverifiedCertificate } from '../../certificate/parse.ts';
import type { PurposeCheck } from '../purpose.ts';

const STRONG_HASHES: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

function hasStrongHash(certificate: UnverifiedCertificate): boolean {
  const scheme = schemeOf(certificate.outerAlgorithm);
  return (
    scheme !== undefined &&
    scheme.scheme !== 'dsa' &&
    (scheme.hash === null || STRONG_HASHES.has(scheme.hash))
  );
}

/** An anchor is trusted by its fingerprint, so the hash in its own signature does not matter. */
export const useStrongHashes: PurposeCheck = {
  rule: 'Login policy 2: SHA-256 and up',
  run: ({ path }) =>
    path.slice(1).every(hasStrongHash)
      ? undefined
      : {
          code: 'login-hash-weak',
          reason: 'A signature on the path uses a hash that is too weak for logging in',
        },
};
