import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Database } from '@xinlu/common/sql';
import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import type { JWKS } from 'oidc-provider';
import { createSigningKeyStore } from './adapters/postgres/signing-keys-postgres.ts';
import { createSoftwareKeys, type SoftwareKeys } from './adapters/signing-material.ts';
import { createRotation, type Rotation } from './domain/signing-keys/rotate.ts';
import type { Schedule } from './domain/signing-keys/schedule.ts';
import type { SigningKey, SigningKeyStore } from './domain/signing-keys/signing-keys.ts';

export type SigningSettings = { algorithms: readonly IdTokenAlgorithm[]; schedule: Schedule };

export type SigningKeys = {
  rotation: Rotation;
  store: SigningKeyStore;
  material: SoftwareKeys;
  /** The private keys of the algorithms served, those that sign first; `version` is another when the set is. */
  read(): Promise<{ version: string; jwks: JWKS }>;
};

const RANK: Readonly<Record<SigningKey['state'], number>> = { current: 0, published: 1, retired: 2 };

/** The signing keys of the service, for the service itself and for the command. */
export function openSigningKeys(
  parts: SigningSettings & { database: Database; secret: Uint8Array; clock: Clock; ids: Ids },
): SigningKeys {
  const { algorithms, schedule, clock } = parts;
  const store = createSigningKeyStore(parts.database, { clock, ids: parts.ids });
  const material = createSoftwareKeys(parts.secret);
  return {
    rotation: createRotation({ store, material, clock, schedule, algorithms }),
    store,
    material,
    async read() {
      const served = (await store.all())
        .filter(({ alg }) => algorithms.includes(alg))
        .sort((one, other) => RANK[one.state] - RANK[other.state]);
      return {
        version: served.map(({ kid, state }) => `${kid} ${state}`).join('\n'),
        jwks: { keys: served.map(material.open) } as JWKS,
      };
    },
  };
}
