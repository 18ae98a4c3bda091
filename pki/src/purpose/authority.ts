import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';

/** Whose cards an authority issues. Others than these may be named as well. */
export type HolderIdentity = 'citizen' | 'organisation' | 'agency' | 'health-card' | (string & {});

/** An authority whose cards may log in, and what its cards stand for: policy data of the caller, never of a certificate. */
export type LoginAuthority = {
  /** SHA-256 of the certificate of the authority that issues the cards, hexadecimal; colons and case do not matter. */
  fingerprint: string;
  identity: HolderIdentity;
  /** The most that a card of it may be taken for, in the caller's own words; handed on and not judged here. */
  maximumAssurance?: string;
  /** Dotted OIDs of which the path must have one; default: the policies of the decision. */
  policies?: readonly string[];
};

/** A `LoginAuthority` as a decision uses and records it. Fingerprint in lower-case hexadecimal. */
export type ListedAuthority = {
  fingerprint: string;
  identity: string;
  maximumAssurance: string | null;
  policies: string[];
};

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * @param defaultPolicies for authorities that name none
 * @throws PkiError `input-invalid` for a fingerprint that is none or stands twice, no identity, or no policies
 */
export function listAuthorities(
  authorities: readonly LoginAuthority[],
  defaultPolicies: readonly string[],
): ListedAuthority[] {
  const listed = authorities.map(({ fingerprint, identity, maximumAssurance, policies }) => ({
    fingerprint: fingerprint.replaceAll(':', '').toLowerCase(),
    identity,
    maximumAssurance: maximumAssurance ?? null,
    policies: [...(policies ?? defaultPolicies)],
  }));
  const isComplete = listed.every(
    ({ fingerprint, identity, policies }) =>
      SHA256.test(fingerprint) && identity !== '' && policies.length > 0,
  );
  if (!isComplete) {
    throw new PkiError('input-invalid', 'An authority lacks its SHA-256, its identity or its policies');
  }
  if (new Set(listed.map(({ fingerprint }) => fingerprint)).size < listed.length) {
    throw new PkiError('input-invalid', 'An authority is listed twice');
  }
  return listed;
}

/**
 * The entry of the certificate's own issuer. No other certificate of the path counts: the issuer is who looked at the
 * holder, while a root above it signs authorities for citizens, companies and agencies alike.
 * @param path from the anchor to the leaf
 */
export function authorityOf(
  path: readonly UnverifiedCertificate[],
  authorities: readonly ListedAuthority[],
): ListedAuthority | undefined {
  const issuer = path.at(-2)?.fingerprint;
  return authorities.find(({ fingerprint }) => fingerprint === issuer);
}
