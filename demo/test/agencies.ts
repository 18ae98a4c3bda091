import type { FrozenClock } from '@xinlu/common/clock';
import { frozenClock, systemClock } from '@xinlu/common/clock';
import { createIds } from '@xinlu/common/ids';
import { createPostgresKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { migrate } from '@xinlu/common/sql';
import { fakeRegister, testDatabase } from '@xinlu/common/testing';
import type { Genesis } from '@xinlu/common/wire';
import { officeMigrations } from '@xinlu/issuer-kit';
import { addressesFrom } from '../src/country/addresses.ts';
import type { Country } from '../src/country/country.ts';
import { readJson } from '../src/country/files.ts';
import { seededCountry, type TestCountry } from './country.ts';

export type OpenCountry = { country: Country; seeded: TestCountry; close(): Promise<void> };

/** A seeded country with a database and the register of its genesis; agencies are built on `country` by the test. */
export const openCountry = async (options: { clock?: FrozenClock } = {}): Promise<OpenCountry> => {
  const seeded = await seededCountry();
  const database = await testDatabase();
  await migrate(database, officeMigrations, 'issuer-kit');
  await migrate(database, new URL('../src/migrations/', import.meta.url), 'demo');
  await migrate(database, new URL('../../common/src/kv/migrations/', import.meta.url), 'key-value');
  const clock = options.clock ?? systemClock;
  const { participants } = readJson<Genesis>(seeded.files.genesis);
  const { view } = await fakeRegister(participants, { clock });
  const addresses = addressesFrom(seeded.portBase);
  const kv = createPostgresKeyValue(database, 'demo');
  return {
    seeded,
    country: {
      addresses,
      files: seeded.files,
      services: {
        idpIssuer: addresses.url('idp'),
        consentIssuer: addresses.url('consent'),
        ledgerUrl: addresses.url('ledger'),
        adminUrl: addresses.url('admin'),
        cardAgentUrl: 'http://localhost:61161',
      },
      database,
      kv,
      clock,
      ids: createIds(clock),
      log: createLogger({ name: 'demo-test', level: 'silent' }),
      register: () => view,
      cookieSecret: new Uint8Array(32).fill(7),
    },
    async close() {
      await kv.close();
      await database.close();
      seeded.remove();
    },
  };
};

export const frozenNow = (): FrozenClock => frozenClock(new Date());
