import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import type { Clock } from '../clock/index.ts';
import { systemClock } from '../clock/index.ts';
import { generateKeys, type KeyRing, keyRing, signJwt } from '../keys/index.ts';
import { createPostgresKeyValue, createRedisKeyValue, type KeyValue } from '../kv/index.ts';
import { type RegisterView, registerView } from '../register/index.ts';
import { type Database, migrate, openDatabase } from '../sql/index.ts';
import { type Participant, REGISTER_JWT_TYPE, type RegisterSnapshot } from '../wire/register.ts';

export { type Work, watchWork } from './watch-work.ts';

/** The shared test cluster's address, given by the test run's global setup. */
function clusterUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is missing: run the tests by npm test or npx vitest run');
  return url;
}

/** A fresh empty database of its own; `close` drops it. */
export async function testDatabase(): Promise<Database> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const admin = openDatabase(clusterUrl(), { max: 1 });
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.close();
  const url = new URL(clusterUrl());
  url.pathname = `/${name}`;
  const database = openDatabase(url.href);
  return {
    ...database,
    async close() {
      await database.close();
      const cleaner = openDatabase(clusterUrl(), { max: 1 });
      await cleaner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await cleaner.close();
    },
  };
}

/** Every adapter of the key-value port that can run here: PostgreSQL always, Redis where a server was found. */
export async function testKeyValues(): Promise<{ name: string; kv: KeyValue; close(): Promise<void> }[]> {
  const database = await testDatabase();
  await migrate(database, new URL('../kv/migrations/', import.meta.url), 'key-value');
  const postgres = createPostgresKeyValue(database, 'test');
  const adapters = [
    {
      name: 'postgres',
      kv: postgres,
      close: async () => {
        await postgres.close();
        await database.close();
      },
    },
  ];
  const redisUrl = process.env['TEST_REDIS_URL'];
  if (redisUrl !== undefined && redisUrl !== '') {
    const client = createClient({ url: redisUrl });
    await client.connect();
    const kv = createRedisKeyValue(
      client as Parameters<typeof createRedisKeyValue>[0],
      `test:${randomBytes(6).toString('hex')}`,
    );
    adapters.push({ name: 'redis', kv, close: () => kv.close() });
  }
  return adapters;
}

/** Keys of a new participant, with its entry's `keys`. */
export async function makeKeys(): Promise<KeyRing> {
  return keyRing(await generateKeys());
}

/** A signed register made of the given participants, as a service would see it. */
export async function fakeRegister(
  participants: Participant[],
  options: { clock?: Clock; version?: number; keys?: KeyRing } = {},
): Promise<{ view: RegisterView; keys: KeyRing; snapshotJws: string }> {
  const keys = options.keys ?? (await makeKeys());
  const clock = options.clock ?? systemClock;
  const snapshot: RegisterSnapshot = {
    iss: 'http://localhost/register',
    version: options.version ?? 1,
    iat: Math.floor(clock.now().getTime() / 1000),
    previous: null,
    participants,
  };
  const snapshotJws = await signJwt(keys, REGISTER_JWT_TYPE, snapshot);
  return { view: registerView(snapshot, snapshotJws, clock), keys, snapshotJws };
}
