import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { Refusal } from '../path/state.ts';
import type { ListedAuthority } from './authority.ts';
import { loginPurpose } from './login.ts';

export type PurposeName = 'any' | 'login';

/** A path that RFC 5280 has passed. */
export type PurposeStep = {
  /** From the anchor to the leaf. */
  path: readonly UnverifiedCertificate[];
  /** The user-constrained policy set (RFC 5280 6.1.6). */
  policies: readonly string[];
  /** undefined when the caller lists none: then any issuer will do. */
  authorities: readonly ListedAuthority[] | undefined;
};

/** What a purpose asks for beyond RFC 5280: one check, with the place where its rule is written. */
export type PurposeCheck = {
  rule: string;
  run(step: PurposeStep): Refusal | undefined;
};

/** A purpose: policies that hold when the caller names none, and the checks on a path that RFC 5280 has passed. */
export type Purpose = { defaultPolicies: readonly string[] | undefined; checks: readonly PurposeCheck[] };

const anyPurpose: Purpose = { defaultPolicies: undefined, checks: [] };

export const PURPOSES: Readonly<Record<PurposeName, Purpose>> = { any: anyPurpose, login: loginPurpose };
