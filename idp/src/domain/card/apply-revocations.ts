import type { ProviderSessions } from '../login/logins.ts';
import type { PersonStore } from '../person/person-store.ts';
import type { CardRevocation } from './revoke-card.ts';

export type ApplyRevocationsServices = {
  persons: PersonStore;
  revocation: CardRevocation;
  sessions: ProviderSessions;
  /** Whether the lists held now have the serial of that authority. */
  isRevoked: (authority: string, serial: string) => boolean;
};

/**
 * Holds every certificate that passkeys and sessions hang on against the newest lists, and revokes what is on one. Safe to
 * run at any time and again after a crash: what is done already stays done. Gives how many cards it revoked.
 */
export async function applyRevocations(services: ApplyRevocationsServices): Promise<number> {
  let count = 0;
  for (const certificate of await services.persons.activeCertificates()) {
    if (!services.isRevoked(certificate.authority, certificate.serial)) continue;
    await services.sessions.end(await services.revocation.revoke(certificate.id));
    count += 1;
  }
  return count;
}
