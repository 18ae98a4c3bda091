import { base64url, sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import { commit, newSalt } from '@xinlu/common/commitment';
import { fatal } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { Participant, RegisterSnapshot } from '@xinlu/common/wire';
import type { RegisterVersion } from './records.ts';

/** Signs a snapshot as compact JWS (ES256, typ `xinlu-register+jwt`) with the register's key. */
export type SnapshotSigner = (snapshot: RegisterSnapshot) => Promise<string>;

/** Checks a snapshot's signature by the register's public keys and its form; throws a refusal. */
export type SnapshotVerifier = (unverifiedJws: string) => Promise<RegisterSnapshot>;

export type VersionMaker = (
  participants: readonly Participant[],
  previous: Pick<RegisterVersion, 'version' | 'hash'> | undefined,
  proposal: string | null,
) => Promise<Omit<RegisterVersion, 'entry'>>;

/** Makes the version that follows `previous`: signed, chained by the hash of the one before, with its salted commitment. */
export function createVersionMaker(deps: {
  issuer: string;
  sign: SnapshotSigner;
  clock: Clock;
  ids: Ids;
}): VersionMaker {
  return async (participants, previous, proposal) => {
    const signedAt = deps.clock.now();
    const snapshot: RegisterSnapshot = {
      iss: deps.issuer,
      version: (previous?.version ?? 0) + 1,
      iat: Math.floor(signedAt.getTime() / 1000),
      previous: previous?.hash ?? null,
      participants: [...participants].sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
    const snapshotJws = await deps.sign(snapshot);
    const salt = newSalt(deps.ids);
    return {
      version: snapshot.version,
      snapshotJws,
      hash: sha256Base64url(snapshotJws),
      previous: snapshot.previous,
      signedAt,
      proposal,
      salt,
      commitment: base64url(commit(snapshotJws, salt)),
    };
  };
}

/** Follows the chain from the first version to the last; a break is fatal: the register must not serve what it cannot prove. */
export async function verifyChain(
  versions: AsyncIterable<RegisterVersion>,
  verify: SnapshotVerifier,
): Promise<number> {
  let previous: string | null = null;
  let count = 0;
  for await (const row of versions) {
    const snapshot = await verify(row.snapshotJws).catch((cause: unknown) => {
      throw fatal('register-chain-broken', `Version ${row.version} is not signed by the register's key.`, {
        cause,
      });
    });
    const sound =
      snapshot.version === count + 1 &&
      row.version === snapshot.version &&
      snapshot.previous === previous &&
      row.hash === sha256Base64url(row.snapshotJws);
    if (!sound)
      throw fatal('register-chain-broken', `Version ${row.version} does not continue the one before.`);
    previous = row.hash;
    count += 1;
  }
  return count;
}
