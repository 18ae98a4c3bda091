import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { Refusal } from '../path/state.ts';
import { loginPurpose } from './login.ts';

export type PurposeName = 'any' | 'login';

/** What a purpose asks for beyond RFC 5280: one check, with the place where its rule is written. */
export type PurposeCheck = {
  rule: string;
  /** @param path from the anchor to the leaf */
  run(path: readonly UnverifiedCertificate[]): Refusal | undefined;
};

/** A purpose: policies that hold when the caller names none, and the checks on a path that RFC 5280 has passed. */
export type Purpose = { defaultPolicies: readonly string[] | undefined; checks: readonly PurposeCheck[] };

const anyPurpose: Purpose = { defaultPolicies: undefined, checks: [] };

export const PURPOSES: Readonly<Record<PurposeName, Purpose>> = { any: anyPurpose, login: loginPurpose };
