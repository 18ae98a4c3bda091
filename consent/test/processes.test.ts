import { createKeyValue } from '@xinlu/common/kv';
import { afterEach, describe, expect, test } from 'vitest';
import { type Country, startCountry } from './support/country.ts';
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
  });
});
