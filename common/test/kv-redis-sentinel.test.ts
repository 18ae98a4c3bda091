import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeyValue, openRedisKeyValue } from '../src/kv/index.ts';
import { cli, REDIS_INSTALLED, startSentinels } from './redis-servers.ts';

describe.runIf(REDIS_INSTALLED)('by Redis Sentinel', () => {
  let servers: Awaited<ReturnType<typeof startSentinels>>;
  let a: KeyValue;
  let b: KeyValue;

  beforeAll(async () => {
    servers = await startSentinels();
    [a, b] = [await openRedisKeyValue(servers.url, 'test'), await openRedisKeyValue(servers.url, 'test')];
  });
  afterAll(async () => {
    await a?.close();
    await b?.close();
    await servers?.stop();
  });

  test('when the master dies in the midst of claims, then the replica takes over and nothing is claimed twice', async () => {
    await a.set('kept', 'value', 60);
    await expect.poll(() => cli(servers.replica.port, 'get', 'test:kept')).toBe('value');
    /** Who was told that a thing is hers, by thing; an answer that failed told nobody. */
    const won = new Map<string, number>();
    const claim = async (kv: KeyValue, thing: string) => {
      const first = await kv.setIfAbsent(thing, '1', 60).catch(() => false);
      if (first) won.set(thing, (won.get(thing) ?? 0) + 1);
    };
    let over = false;
    let things = 0;
    const claims = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!over) {
          things += 1;
          const thing = `thing-${things}`;
          await Promise.all([claim(a, thing), claim(b, thing)]);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    );
    await expect.poll(() => won.size).toBeGreaterThan(50);
    // From here on the replica misses what the master acknowledges, as it may miss the last moments of any master.
    cli(servers.replica.port, 'replicaof', '127.0.0.1', '1');
    const copied = won.size;
    await expect.poll(() => won.size).toBeGreaterThan(copied + 50);
    await servers.master.kill();
    const before = won.size;
    await expect.poll(() => a.healthy().then((well) => well && b.healthy()), { timeout: 20_000 }).toBe(true);
    expect(cli(servers.replica.port, 'info', 'replication')).toContain('role:master');
    await expect.poll(() => won.size, { timeout: 10_000 }).toBeGreaterThan(before + 50);
    over = true;
    await claims;
    expect(await b.get('kept')).toBe('value');
    // The things that were won before, some of them never copied to the replica, are won by nobody else now.
    for (const thing of [...won.keys()].slice(0, before)) {
      await claim(b, thing);
      await claim(a, thing);
    }
    expect([...won.values()].filter((count) => count !== 1)).toEqual([]);
  }, 60_000);
});
