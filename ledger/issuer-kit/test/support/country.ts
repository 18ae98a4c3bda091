import type { Clock } from '@xinlu/common/clock';
import type { KeyRing } from '@xinlu/common/keys';
import { fakeRegister, makeKeys } from '@xinlu/common/testing';
import type { Participant } from '@xinlu/common/wire';
import { formatVerifierKey, noteKey, type PaperData, paperTypes } from '@xinlu/verifier';

export const listUri = 'http://localhost:4012/status/1';

export const deed: PaperData<'land-title-deed'> = {
  deed_number: '115信地字第000123號',
  registry: '信路地政事務所',
  property: 'building',
  parcel: '信義段一小段00123-000建號',
  address: '信路市信義區和平路一段1號3樓',
  area_square_metres: '85.20',
  share: '全部',
  owner_name: '林怡君',
  registered_on: '2026-11-20',
  cause: '買賣',
  cause_on: '2026-11-01',
};

export function participant(id: string, keys: KeyRing, changes: Partial<Participant>): Participant {
  return {
    id,
    name: { 'zh-TW': id, en: id },
    oid: '2.16.886.101.1',
    kind: 'government',
    roles: ['submitter'],
    keys: keys.publicJwks.keys,
    homepage: 'http://localhost:4012',
    validFrom: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

/** A register with a land office, and the trust list over it. */
export async function country(clock: Clock, id = 'land-office') {
  const keys = await makeKeys();
  const register = await fakeRegister(
    [
      participant(id, keys, {
        roles: ['issuer', 'submitter'],
        issuer: { credentialTypes: Object.values(paperTypes).map(({ vct }) => vct) },
      }),
    ],
    { clock },
  );
  const trust = JSON.stringify({
    format: 'xinlu-trust/1',
    register: { keys: register.keys.publicJwks.keys },
    snapshot: register.snapshotJws,
    log: {
      origin: 'localhost:4003/log',
      vkey: formatVerifierKey(noteKey('localhost:4003/log', new Uint8Array(32).fill(1))),
      participant: 'ledger',
    },
  });
  return { keys, trust };
}
