import type { ProviderSessions } from '../login/logins.ts';
import type { CardCertificate, PersonStore } from '../person/person-store.ts';
import type { RevocationSource } from './ports.ts';
import type { CardRevocation } from './revoke-card.ts';

export type ApplyRevocationsServices = {
  persons: PersonStore;
  revocation: CardRevocation;
  sessions: ProviderSessions;
  lists: RevocationSource;
};

type Change = 'revoke' | 'hold' | 'release';

/**
 * What the lists held now ask for: a card on one is stopped whatever the list's age, and so is one whose authority has
 * ended, which may come back; only a fresh list lets a held one go.
 */
function changeFor(
  { state, authority, serial }: CardCertificate,
  lists: RevocationSource,
  ofAuthority: ReturnType<RevocationSource['authority']>,
): Change | undefined {
  const listed = lists.certificate(authority, serial);
  if (ofAuthority === 'revoked' || listed === 'revoked') return 'revoke';
  if (listed === 'held' || ofAuthority === 'ended') return state === 'active' ? 'hold' : undefined;
  return state === 'held' && ofAuthority === 'good' ? 'release' : undefined;
}

/**
 * Holds every certificate that passkeys and sessions hang on against the newest lists, and revokes, holds or releases it as
 * they say. Safe to run at any time and again after a crash: what is done already stays done. Gives how many cards changed.
 */
export async function applyRevocations(services: ApplyRevocationsServices): Promise<number> {
  const { persons, revocation, sessions, lists } = services;
  const authorities = new Map<string, ReturnType<RevocationSource['authority']>>();
  let count = 0;
  for (const certificate of await persons.revocableCertificates()) {
    const ofAuthority = authorities.get(certificate.authority) ?? lists.authority(certificate.authority);
    authorities.set(certificate.authority, ofAuthority);
    const change = changeFor(certificate, lists, ofAuthority);
    if (change === undefined) continue;
    if (change === 'release') await revocation.release(certificate.id);
    else await sessions.end(await revocation.stop(certificate.id, change === 'hold' ? 'held' : 'revoked'));
    count += 1;
  }
  return count;
}
