import { createKeyValue } from '@xinlu/common/kv';
import { afterEach, describe, expect, test } from 'vitest';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, SECRETS, startCountry } from './support/country.ts';
import { type Gateway, type RedisServer, startGateway, startRedis } from './support/gateways.ts';
import { raceWithdrawal } from './support/withdrawal-race.ts';

const started: { country?: Country; gateways: Gateway[]; redis?: RedisServer } = { gateways: [] };
afterEach(async () => {
  await Promise.all(started.gateways.map((gateway) => gateway.kill()));
  await started.country?.close();
  await started.redis?.kill();
});

const redisHere = (process.env['TEST_REDIS_URL'] ?? '') !== '';

describe('when she withdraws while two gateway processes release', () => {
  const where = redisHere ? 'with Redis killed in the midst and back empty' : 'on PostgreSQL alone';
  test(`then ${where} no release is later, and the signed stop holds at both`, async () => {
    const redis = redisHere ? await startRedis() : undefined;
    const stores = { prefix: 'race', ...(redis === undefined ? {} : { redisUrl: redis.url }) };
    const country = await startCountry({ openKv: (database) => createKeyValue({ database, ...stores }) });
    const gateways = [await startGateway(country, stores), await startGateway(country, stores)];
    Object.assign(started, { country, gateways, redis });
    const report = await raceWithdrawal(country, gateways, {
      requests: 60,
      parallel: 20,
      withdrawAfter: 15,
      ...(redis === undefined ? {} : { redis }),
    });
    expect(report).toMatchObject({ late: 0, unlogged: 0, stoppedVerifies: true });
    expect(report.delivered).toBeGreaterThanOrEqual(15);
    expect(report.delivered).toBeLessThan(60);
    expect(report.afterwards).toEqual(['consent-withdrawn', 'consent-withdrawn']);
  }, 120_000);
});

/** As it stands in a heap snapshot's JSON, where other characters than ASCII may be escaped. */
function formsOf(text: string): string[] {
  const escaped = [...text]
    .map((one) => (one > '~' ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : one))
    .join('');
  return [text, escaped, escaped.replace(/\\u[0-9a-f]{4}/g, (code) => code.toUpperCase().replace('U', 'u'))];
}

test('when a gateway has released data, then neither its heap nor a table holds what the agencies hold', async () => {
  const stores = { prefix: 'search' };
  const country = await startCountry({ openKv: (database) => createKeyValue({ database, ...stores }) });
  const gateway = await startGateway(country, stores);
  Object.assign(started, { country, gateways: [gateway] });
  const { consent } = await consentTo(country, waiver(standing()), { fields: ['household.members:address'] });
  const client = country.myData('school', {
    fetch: (url, init) => fetch(String(url).replace(/:\d+/, `:${gateway.port}`), init),
  });
  const { results } = await client.fetch(consent);
  expect(JSON.stringify(results)).toContain('林怡君');
  // In the midst of releases: the snapshot holds what is alive at its moment.
  let done = false;
  const load = Array.from({ length: 4 }, async () => {
    while (!done) await client.fetch(consent).catch(() => undefined);
  });
  const heap = await gateway.heap();
  done = true;
  await Promise.all(load);
  const found = (text: string) => formsOf(text).some((form) => heap.includes(form));
  // The search finds what must be there, in both scripts.
  expect(found('tuition-waiver')).toBe(true);
  expect(found('低收入戶資格')).toBe(true);
  for (const secret of SECRETS) expect(found(secret), secret).toBe(false);

  const tables = await country.database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  let rows = 0;
  for (const { name } of tables) {
    const all = await country.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    rows += all.length;
    const text = all.map(({ row }) => row).join('\n');
    for (const secret of SECRETS) expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
  }
  expect(rows).toBeGreaterThan(20);
}, 120_000);
