import type { Clock } from '@xinlu/common/clock';
import type { ProviderSessions } from '../login/logins.ts';
import type { CardCertificate, RevocableCertificates } from '../person/person-store.ts';
import type { RevocationIndex, RevocationSource } from './ports.ts';
import type { CardRevocation } from './revoke-card.ts';

export type ApplyRevocationsServices = {
  certificates: RevocableCertificates;
  revocation: CardRevocation;
  sessions: ProviderSessions;
  lists: RevocationSource;
  clock: Clock;
};

type Standing = ReturnType<RevocationSource['authority']>;
/** What was held against the cards last: of lists only what has come since then is new. */
type Applied = { index: RevocationIndex; standings: Map<string, Standing>; at: number };

/** Serials asked for at once. */
const BATCH = 5000;
/** So often all that the lists name is looked up again, were a change of any kind missed. */
const WHOLE_SECONDS = 3600;

/**
 * What the lists held now ask for: a card on one is stopped whatever the list's age, and so is one whose authority has
 * ended, which may come back; only a fresh list lets a held one go.
 */
function changeFor(
  { state, authority, serial }: CardCertificate,
  lists: RevocationSource,
  ofAuthority: Standing,
): 'revoke' | 'hold' | 'release' | undefined {
  const listed = lists.certificate(authority, serial);
  if (ofAuthority === 'revoked' || listed === 'revoked') return 'revoke';
  if (listed === 'held' || ofAuthority === 'ended') return state === 'active' ? 'hold' : undefined;
  return state === 'held' && ofAuthority === 'good' ? 'release' : undefined;
}

const isOver = (standing: Standing | undefined): boolean => standing === 'revoked' || standing === 'ended';

/** In parts of at most so many; gives way to others after each. */
async function* batches(serials: Iterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for (const serial of serials) {
    batch.push(serial);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (batch.length > 0) yield batch;
}

/** The cards of an authority whose standing changed for all of them. */
async function* wholeAuthority(
  certificates: RevocableCertificates,
  authority: string,
): AsyncGenerator<CardCertificate[]> {
  for (let after = ''; ; ) {
    const part = await certificates.ofAuthority(authority, after, BATCH);
    if (part.length === 0) return;
    yield part;
    after = part.at(-1)?.serial ?? '';
  }
}

/** Those for which something may have changed since `applied`; all that the lists name when nothing was applied yet. */
async function* candidates(
  { certificates, lists }: ApplyRevocationsServices,
  standings: Map<string, Standing>,
  applied: Applied | undefined,
): AsyncGenerator<CardCertificate[]> {
  for (const [authority, standing] of standings) {
    const before = applied?.standings.get(authority);
    if (isOver(standing)) {
      if (before !== standing) yield* wholeAuthority(certificates, authority);
      continue;
    }
    // While an authority was over, its lists were not looked at.
    const since = isOver(before) ? undefined : applied?.index;
    for await (const serials of batches(lists.listed(authority, since)))
      yield await certificates.withSerials(authority, serials);
  }
  yield await certificates.held();
}

/**
 * Holds the certificates that passkeys and sessions hang on against the newest lists, and revokes, holds or releases them as
 * they say: what came since the last time, all that the lists name at the first and once an hour. Safe to run at any time
 * and again after a crash: what is done already stays done. Gives how many cards changed. One run at a time.
 */
export function createApplyRevocations(services: ApplyRevocationsServices): () => Promise<number> {
  const { certificates, revocation, sessions, lists, clock } = services;
  let last: Applied | undefined;
  return async () => {
    const at = clock.now().getTime();
    const index = lists.index();
    const standings = new Map<string, Standing>();
    for (const authority of await certificates.authorities())
      standings.set(authority, lists.authority(authority));
    const applied = last !== undefined && at - last.at < WHOLE_SECONDS * 1000 ? last : undefined;
    let count = 0;
    for await (const some of candidates(services, standings, applied)) {
      for (const certificate of some) {
        const change = changeFor(certificate, lists, standings.get(certificate.authority) ?? 'unknown');
        if (change === undefined) continue;
        if (change === 'release') await revocation.release(certificate.id);
        else
          await sessions.end(await revocation.stop(certificate.id, change === 'hold' ? 'held' : 'revoked'));
        count += 1;
      }
    }
    // Only when all of it has taken effect: a run that failed is done again.
    last = { index, standings, at: applied?.at ?? at };
    return count;
  };
}
