import type { CertificateInput } from '../certificate/input.ts';
import type { UnverifiedCrl } from '../crl/crl.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ListedAuthority, LoginAuthority } from '../purpose/authority.ts';
import type { PurposeName } from '../purpose/purpose.ts';
import type { RevocationIndex } from '../revocation/revocation-index.ts';

export type ValidationInput = {
  leaf: CertificateInput;
  /** Candidates only: nothing here is trusted, and what is malformed is left aside. */
  intermediates?: readonly CertificateInput[];
  /** Trusted because the caller says so; load them with `pinAnchor`. */
  anchors: readonly CertificateInput[];
  time: Date;
  /** `any` follows RFC 5280 alone; `login` adds the policy in `purpose/login.ts`. Default `any`. */
  purpose?: PurposeName;
  /** user-initial-policy-set as dotted OIDs; absent or empty stands for any policy, or for what the purpose prescribes. */
  policies?: readonly string[];
  explicitPolicy?: boolean;
  inhibitPolicyMapping?: boolean;
  inhibitAnyPolicy?: boolean;
  /** `required`: every certificate below the anchor must be shown not to be revoked. Default `none`. */
  revocation?: 'none' | 'required';
  /** CRLs (complete and delta) in DER, or parsed before. */
  crls?: readonly (Uint8Array | UnverifiedCrl)[];
  /** OCSP responses in DER. */
  ocsp?: readonly Uint8Array[];
  /** The nonce that the OCSP request carried; answers without it are then refused. */
  ocspNonce?: Uint8Array;
  /** CRLs that are checked and indexed already. */
  revocationIndex?: RevocationIndex;
  /**
   * By written policy, how long after its nextUpdate a CRL or OCSP answer may still be used. The decision then says
   * `assurance: 'reduced'`. Default 0: refuse.
   */
  revocationGraceSeconds?: number;
  /**
   * For `login`: the authorities whose cards may log in, with the kind of holder that each stands for. The certificate's
   * own issuer must be among them. The policies default to all that the authorities name.
   */
  authorities?: readonly LoginAuthority[];
  /**
   * The most time that looking for a path and asking the sources may take, behind the bound on steps; then
   * `budget-spent`. Default 2,000. Looked at between steps; parsing, linear in what was handed in, comes before.
   */
  budgetMilliseconds?: number;
  /** Milliseconds from any start that never go back. Default `performance.now`. */
  monotonicNow?: () => number;
};

export type Decision = {
  valid: boolean;
  /** `ok` or a stable refusal code. */
  code: string;
  /** The reason in words. */
  reason: string;
  /** SHA-256 fingerprints from the leaf to the anchor; when refused, as far as a path was found. */
  path: string[];
  /** The user-constrained policy set (RFC 5280 6.1.6) in dotted OIDs. */
  policies: string[];
  /** `reduced` when a revocation source was used within its grace period. */
  assurance: 'full' | 'reduced';
  /** The kind of holder by the authority that issued the certificate; null when refused or no authorities were listed. */
  identity: string | null;
  /** The entry that `identity` is from. */
  authority: ListedAuthority | null;
  evidence: Evidence;
};
