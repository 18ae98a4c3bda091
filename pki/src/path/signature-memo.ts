import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import { type SignatureVerdict, verifySignature } from '../certificate/signature.ts';

/**
 * Whether a certificate's signature fits a key depends on these two immutable objects alone, so the answer is kept as
 * long as both live. Authorities that stay loaded are verified once; each new leaf is verified anew.
 */
const verdicts = new WeakMap<UnverifiedCertificate, WeakMap<SubjectPublicKey, SignatureVerdict>>();

export function signatureVerdict(
  certificate: UnverifiedCertificate,
  key: SubjectPublicKey,
): SignatureVerdict {
  let byKey = verdicts.get(certificate);
  if (!byKey) {
    byKey = new WeakMap();
    verdicts.set(certificate, byKey);
  }
  let verdict = byKey.get(key);
  if (verdict === undefined) {
    verdict = freshVerdict(certificate, key);
    byKey.set(key, verdict);
  }
  return verdict;
}

/** For certificates that are seen once, as leaves are. */
export function freshVerdict(certificate: UnverifiedCertificate, key: SubjectPublicKey): SignatureVerdict {
  return verifySignature(certificate.outerAlgorithm, key, certificate.tbs, certificate.signature);
}
