import type { Acr, CardIdentity } from '@xinlu/common/wire';
import type { UnverifiedCertificate, ValidationInput } from '@xinlu/pki';

/** Revocation lists that were checked and indexed already, as `validateCertificate` takes them. */
export type RevocationIndex = NonNullable<ValidationInput['revocationIndex']>;

/** An authority whose cards count, and what a card of it says at most. */
export type CardAuthority = {
  /** SHA-256 of the authority's certificate, lower-case hexadecimal. */
  ca: string;
  identity: CardIdentity;
  maximumAcr: Acr;
  policies: readonly string[];
  /** Its OCSP responder, asked beside its lists, and what its silence means. */
  ocsp?: { url: string; whenSilent: 'refuse' | 'use-list' };
};

/**
 * Whom we trust to issue cards: roots from configuration, authorities from the register; never by what a certificate says
 * of itself.
 */
export type CardTrust = {
  anchors: readonly UnverifiedCertificate[];
  intermediates: readonly UnverifiedCertificate[];
  authorities: readonly CardAuthority[];
};

/** Whom we trust at this moment; throws while nobody can tell. */
export type TrustedNow = () => CardTrust;

/** The revocation lists held now. Kept fresh in the background; a stale list is not good, and `validateCertificate` says so. */
export interface RevocationSource {
  index(): RevocationIndex;
  /**
   * Whether an authority (SHA-256 of its certificate) still counts: `good` only if fresh lists say so of it and of those
   * above it, and its own lists are fresh too; `ended` if it is not, or no longer, one of those that we trust.
   */
  authority(authority: string): 'good' | 'revoked' | 'ended' | 'unknown';
  /** What the lists of the authority say of a serial, whatever their age; `held` for a hold that may end (RFC 5280 5.3.1). */
  certificate(authority: string, serial: string): 'good' | 'held' | 'revoked';
  /** The serials that the lists of the authority name; of `since`, an `index()` of before, only what has come or changed. */
  listed(authority: string, since?: RevocationIndex): Iterable<string>;
}

export type RegistryAnswer = { confirmed: false } | { confirmed: true; state: 'living' | 'deceased' };

/**
 * The authority that knows to whom a certificate was given. Its answer is signed; throws `retryable` when it is away, and
 * then nobody gets in.
 */
export interface CivilRegistry {
  confirm(claim: { authority: string; serial: string; claimedNationalId: string }): Promise<RegistryAnswer>;
  /** Whether the person with this national ID bears this name; for a clerk who has seen her papers. */
  confirmPapers(claim: { claimedNationalId: string; claimedName: string }): Promise<RegistryAnswer>;
}
