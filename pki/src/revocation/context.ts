import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import type { SignatureVerdict } from '../certificate/signature.ts';
import type { CrlHead } from '../crl/crl-head.ts';
import type { RevokedTable } from '../crl/revoked-table.ts';
import type { EvidenceSource } from '../evidence/evidence.ts';
import type { OcspResponse } from '../ocsp/ocsp-response.ts';
import type { Budget } from '../path/budget.ts';
import type { RuledRefusal, ValidPath } from '../path/search.ts';
import type { PathSettings, PathState, Refusal } from '../path/state.ts';

/** A CRL at hand, from the caller or from an index; `verdict` says whether a key made its signature. */
export type AvailableCrl = {
  kind: 'crl' | 'index';
  head: CrlHead;
  revoked: RevokedTable;
  verdict(key: SubjectPublicKey): SignatureVerdict;
};

/** What one decision has at hand to tell whether certificates are revoked. */
export type RevocationMaterial = {
  /** CRLs by the key of their issuer's name. */
  crlsOf(issuerKey: string): readonly AvailableCrl[];
  ocsp: readonly OcspResponse[];
  /** When set, OCSP answers must carry this nonce. */
  ocspNonce: Uint8Array | undefined;
};

/** Everything that the revocation checks of one decision share. */
export type RevocationContext = {
  /** `check-path.ts`, for the path of a CRL signer: 6.3.3 (f) leads back to 6.1.3 (a)(3). */
  refuseRevoked: (path: ValidPath, context: RevocationContext) => RuledRefusal | undefined;
  settings: PathSettings;
  material: RevocationMaterial;
  candidates: readonly UnverifiedCertificate[];
  budget: Budget;
  /** Milliseconds after nextUpdate during which a source may still be used, at a lower assurance. */
  graceMs: number;
  sources: EvidenceSource[];
  usedGrace: boolean;
  /** Fingerprints of CRL signers being validated further up the call stack: their CRLs cannot vouch for themselves. */
  signersInProgress: ReadonlySet<string>;
};

/** A certificate whose status is asked, with the state of the path above it. */
export type Subject = {
  certificate: UnverifiedCertificate;
  issuer: PathState;
  anchor: UnverifiedCertificate;
};

export type RevocationStatus =
  | { status: 'good' }
  | { status: 'revoked'; reason: string }
  | { status: 'unknown'; refusal: Refusal; rule: string };
