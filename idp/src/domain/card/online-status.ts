import { refused } from '@xinlu/common/errors';
import type { UnverifiedCertificate } from '@xinlu/pki';
import type { ProviderSessions } from '../login/logins.ts';
import type { CardAuthority } from './ports.ts';
import { revocationUnknown } from './refusals.ts';
import type { CardRevocation } from './revoke-card.ts';

/** What an authority's OCSP responder says; `silent` when no answer came that may be believed. */
export type OnlineAnswer = 'good' | 'held' | 'revoked' | 'silent';

/** Asks by OCSP with a fresh nonce, only at addresses of the register; never throws for a responder that is away. */
export interface OnlineStatus {
  /** SHA-256 fingerprints of the trusted authorities that have a responder. */
  authorities(): string[];
  ask(authority: string, certificate: UnverifiedCertificate): Promise<OnlineAnswer>;
}

/** A certificate on which somebody's live login hangs. */
export type CertificateInUse = { id: string; authority: string; certificate: UnverifiedCertificate };

export interface CertificatesInUse {
  of(authorities: readonly string[]): Promise<CertificateInUse[]>;
}

/**
 * What the responder says on top of the list: one that says revoked or on hold stands, one that says good takes nothing
 * away. Refusals: `card-revoked`; retryable `revocation-unknown` where the register says that silence refuses.
 */
export async function checkOnline(
  authority: CardAuthority,
  certificate: UnverifiedCertificate,
  online: OnlineStatus,
): Promise<void> {
  if (authority.ocsp === undefined) return;
  const answer = await online.ask(authority.ca, certificate);
  if (answer === 'revoked' || answer === 'held')
    throw refused('card-revoked', 'This card has been revoked.', { status: 403 });
  if (answer === 'silent' && authority.ocsp.whenSilent === 'refuse')
    throw revocationUnknown(new Error('the OCSP responder is silent'));
}

const AT_ONCE = 8;

/**
 * Asks about every certificate in use and stops those that its authority takes back. Nothing is released here: only a fresh
 * list lets a held card go. Gives how many were stopped.
 */
export async function applyOnlineStatus(services: {
  online: OnlineStatus;
  inUse: CertificatesInUse;
  revocation: CardRevocation;
  sessions: ProviderSessions;
}): Promise<number> {
  const { online, inUse, revocation, sessions } = services;
  const authorities = online.authorities();
  const waiting = authorities.length === 0 ? [] : await inUse.of(authorities);
  let count = 0;
  async function work(): Promise<void> {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const answer = await online.ask(next.authority, next.certificate);
      if (answer !== 'revoked' && answer !== 'held') continue;
      await sessions.end(await revocation.stop(next.id, answer));
      count += 1;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return count;
}
