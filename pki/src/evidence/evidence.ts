import type { ListedAuthority } from '../purpose/authority.ts';
import type { PurposeName } from '../purpose/purpose.ts';

/** A revocation source that a decision rested on. */
export type EvidenceSource = {
  kind: 'crl' | 'delta-crl' | 'ocsp' | 'index';
  /** SHA-256 of the source's DER in lower-case hexadecimal. */
  sha256: string;
  /** RFC 4514 name of who issued it, for OCSP the responder. */
  issuer: string;
  /** CRL number in decimal. */
  number?: string;
  thisUpdate: string;
  nextUpdate?: string;
  /** Fingerprint of the certificate that was checked against it. */
  certificate: string;
  result: 'good' | 'revoked';
};

/** The inputs of a decision, certificates by fingerprint so that a record holds no personal data. */
export type EvidenceInput = {
  leaf: string;
  intermediates: string[];
  anchors: string[];
  /** Those handed in, and those of the index that were looked at. */
  crls: string[];
  ocsp: string[];
  /** RFC 3339. */
  time: string;
  purpose: PurposeName;
  policies: string[] | null;
  explicitPolicy: boolean;
  inhibitPolicyMapping: boolean;
  inhibitAnyPolicy: boolean;
  revocation: 'none' | 'required';
  graceSeconds: number;
  /** Hexadecimal. */
  ocspNonce: string | null;
  authorities: ListedAuthority[] | null;
  budgetMilliseconds: number;
};

/** A record of one decision that an auditor can replay with the same octets (`replayDecision`). Plain JSON. */
export type Evidence = {
  version: 1;
  input: EvidenceInput;
  valid: boolean;
  code: string;
  /** The rule that refused and the certificate it refused, or null for a valid path. */
  refusedBy: { rule: string; certificate: string } | null;
  path: string[];
  policies: string[];
  identity: string | null;
  /** Fingerprint of the authority that `identity` is from. */
  authority: string | null;
  /** Steps taken; where the time was up, if the code is `budget-spent`. */
  steps: number;
  sources: EvidenceSource[];
};
