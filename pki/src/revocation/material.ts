import { sameBytes } from '../asn1/values.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import { type SignatureVerdict, verifySignature } from '../certificate/signature.ts';
import type { UnverifiedCrl } from '../crl/crl.ts';
import type { OcspResponse } from '../ocsp/ocsp-response.ts';
import type { AvailableCrl, RevocationMaterial } from './context.ts';
import type { RevocationIndex } from './revocation-index.ts';

/** Whether a key made a list's signature depends on these two immutable objects alone. */
const verdicts = new WeakMap<UnverifiedCrl, WeakMap<SubjectPublicKey, SignatureVerdict>>();

function verdictOn(crl: UnverifiedCrl, key: SubjectPublicKey): SignatureVerdict {
  // RFC 5280 5.1.1.2: the algorithm inside and outside of the signed part must be the same.
  if (!sameBytes(crl.innerAlgorithm.der, crl.outerAlgorithm.der)) return 'invalid';
  let byKey = verdicts.get(crl);
  if (!byKey) {
    byKey = new WeakMap();
    verdicts.set(crl, byKey);
  }
  let verdict = byKey.get(key);
  if (verdict === undefined) {
    verdict = verifySignature(crl.outerAlgorithm, key, crl.tbs, crl.signature);
    byKey.set(key, verdict);
  }
  return verdict;
}

function fromCaller(crl: UnverifiedCrl): AvailableCrl {
  return { kind: 'crl', head: crl.head, revoked: crl.revoked, verdict: (key) => verdictOn(crl, key) };
}

/** Brings together what a decision has at hand about revocation. */
export function gatherMaterial(input: {
  crls: readonly UnverifiedCrl[];
  ocsp: readonly OcspResponse[];
  ocspNonce: Uint8Array | undefined;
  index: RevocationIndex | undefined;
  /** Told the fingerprint of each indexed CRL that a decision looks at, for its evidence. */
  onConsulted: (fingerprint: string) => void;
}): RevocationMaterial {
  const { crls, ocsp, ocspNonce, index, onConsulted } = input;
  const byIssuer = new Map<string, AvailableCrl[]>();
  for (const crl of crls) {
    const list = byIssuer.get(crl.head.issuer.key);
    if (list) list.push(fromCaller(crl));
    else byIssuer.set(crl.head.issuer.key, [fromCaller(crl)]);
  }
  const crlsOf = (issuerKey: string): readonly AvailableCrl[] => {
    const indexed = index?.ofIssuer(issuerKey) ?? [];
    for (const crl of indexed) onConsulted(crl.head.fingerprint);
    const own = byIssuer.get(issuerKey);
    return own ? [...own, ...indexed] : indexed;
  };
  return {
    crlsOf,
    ocsp,
    ocspNonce,
  };
}
