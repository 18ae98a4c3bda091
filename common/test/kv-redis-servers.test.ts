import { randomBytes } from 'node:crypto';
import { errors } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis, createRedisKeyValue, type KeyValue } from '../src/kv/index.ts';
import { RequestStore } from '../src/oidc-provider/request-store.ts';
import { cli, REDIS_INSTALLED, startRedisServers } from './redis-servers.ts';

const crowd = <T>(one: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 50 }, (_, n) => one(n)));

describe.runIf(REDIS_INSTALLED)('on a Redis cluster of three', () => {
  let cluster: Awaited<ReturnType<typeof startRedisServers>>;
  let kv: KeyValue;

  beforeAll(async () => {
    cluster = await startRedisServers(3, true);
    const [first, ...others] = cluster.servers.map(({ port }) => `127.0.0.1:${port}`);
    const rest = others.map((node) => `node=${node}`).join('&');
    kv = createRedisKeyValue(await connectRedis(`redis+cluster://${first}?${rest}`), 'test');
  });
  afterAll(async () => {
    await kv?.close();
    await cluster?.stop();
  });

  test('every operation goes to the node of its key, and a batch to several at once', async () => {
    expect(await kv.healthy()).toBe(true);
    const keys = Array.from({ length: 60 }, (_, n) => `k${n}`);
    await kv.batch(keys.map((key) => ({ kind: 'set', key, value: key, ttlSeconds: 60 })));
    expect(await kv.batch(keys.map((key) => ({ kind: 'get', key })))).toEqual(keys);
    for (const { port } of cluster.servers) expect(Number(cli(port, 'dbsize'))).toBeGreaterThan(0);
    expect(await kv.replace('k1', 'k1', 'new', 60)).toBe(true);
    expect(await kv.take('k1')).toBe('new');
    expect(await kv.increment('count', 60)).toBe(1);
  });

  test('of 50 at once exactly one wins, whatever it is and wherever it lies', async () => {
    for (let n = 0; n < 6; n += 1) {
      const key = randomBytes(8).toString('hex');
      await kv.set(`${key}-state`, 'old', 60);
      await kv.set(`${key}-taken`, 'once', 60);
      expect((await crowd(() => kv.setIfAbsent(key, 'x', 60))).filter(Boolean)).toHaveLength(1);
      expect(
        (await crowd((i) => kv.replace(`${key}-state`, 'old', `new${i}`, 60))).filter(Boolean),
      ).toHaveLength(1);
      expect((await crowd(() => kv.take(`${key}-taken`))).filter((one) => one !== undefined)).toHaveLength(1);
    }
  });
});

describe.runIf(REDIS_INSTALLED)('when Redis is killed and comes back empty', () => {
  test('what was not yet used is gone, and nothing is used twice', async () => {
    const { servers, stop } = await startRedisServers(1, false);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    const kv = createRedisKeyValue(await connectRedis(`redis://127.0.0.1:${server.port}`), 'test');
    const used = () => new errors.InvalidGrant('already consumed');
    try {
      await kv.set('code', 'fresh', 60);
      // Two requests have read the code; one redeems it before the fall, the other after.
      const [before, after] = [new RequestStore(kv, true), new RequestStore(kv, true)];
      expect([await before.read('code'), await after.read('code')]).toEqual([['fresh'], ['fresh']]);
      const redeem = {
        kind: 'replace',
        key: 'code',
        expected: 'fresh',
        value: 'used',
        ttlSeconds: 60,
      } as const;
      await before.demand(redeem, used);
      await before.settle();
      await server.kill();
      await server.start();
      await expect.poll(() => kv.healthy(), { timeout: 5_000 }).toBe(true);
      await after.demand(redeem, used);
      await expect(after.settle()).rejects.toThrow('invalid_grant');
      expect(await new RequestStore(kv, true).read('code')).toEqual([undefined]);
      expect(await kv.take('code')).toBeUndefined();
    } finally {
      await kv.close();
      await stop();
    }
  });

  test('what waits for it gives up after a time, and goes through when it is back before', async () => {
    const { servers, stop } = await startRedisServers(1, false);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    const address = `redis://127.0.0.1:${server.port}`;
    const hasty = createRedisKeyValue(await connectRedis(address, 600), 'test');
    const patient = createRedisKeyValue(await connectRedis(address), 'test');
    try {
      await server.kill();
      await expect(hasty.set('key', 'value', 60)).rejects.toThrow();
      const waiting = patient.get('key');
      await expect(hasty.get('key')).rejects.toThrow();
      await server.start();
      expect(await waiting).toBeUndefined();
      await expect.poll(() => hasty.healthy(), { timeout: 5_000 }).toBe(true);
      await hasty.set('key', 'value', 60);
      expect(await patient.get('key')).toBe('value');
    } finally {
      await hasty.close();
      await patient.close();
      await stop();
    }
  });
});
