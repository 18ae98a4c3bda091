import { afterEach, describe, expect, test } from 'vitest';
import { type KeyValue, openRedisKeyValue } from '../src/kv/index.ts';
import { keepMarks } from '../src/kv/kept-marks.ts';
import { testKeyValues } from '../src/testing/index.ts';
import { cli, REDIS_INSTALLED, type RedisServer, startRedisServers } from './redis-servers.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A Redis of this test's own, and two processes' ways to it. */
async function open(): Promise<{ server: RedisServer; a: KeyValue; b: KeyValue }> {
  const { servers, stop } = await startRedisServers(1, false);
  cleanups.push(stop);
  const [server] = servers;
  if (server === undefined) throw new Error('no server');
  const connect = async () => {
    const kv = await openRedisKeyValue(`redis://127.0.0.1:${server.port}`, 'test');
    cleanups.push(() => kv.close());
    return kv;
  };
  return { server, a: await connect(), b: await connect() };
}

const mark = (key: string) => ({ kind: 'setIfAbsent', key, value: '1', ttlSeconds: 60 }) as const;

describe.runIf(REDIS_INSTALLED)('when Redis was killed and comes back empty', () => {
  test('a mark that one process made is refused at the other, at once and later', async () => {
    const { server, a, b } = await open();
    await a.set('sentinel', 'x', 60);
    expect(await a.setIfAbsent('of-a', '1', 60)).toBe(true);
    expect((await a.batch([mark('of-a-too'), { kind: 'get', key: 'sentinel' }]))[0]).toBe(true);
    expect(await b.setIfAbsent('of-b', '1', 60)).toBe(true);
    await server.kill();
    // The replays are sent while it is away: they are the first that it hears of when it is back.
    const early = [
      b.setIfAbsent('of-a', '1', 60),
      b.batch([mark('of-a-too')]),
      a.setIfAbsent('of-b', '1', 60),
    ];
    const fresh = b.setIfAbsent('new', '1', 60);
    await server.start();
    expect(cli(server.port, 'get', 'test:sentinel')).toBe('');
    expect(await Promise.all(early)).toEqual([false, [false], false]);
    expect(await fresh).toBe(true);
    expect(await b.setIfAbsent('of-a', '1', 60)).toBe(false);
    expect(await a.setIfAbsent('new', '1', 60)).toBe(false);
    expect(Number(cli(server.port, 'ttl', 'test:of-a'))).toBeGreaterThan(50);
  });

  test('of 50 in two processes who claim one new thing meanwhile exactly one wins', async () => {
    const { server, a, b } = await open();
    await server.kill();
    const claims = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? a : b).setIfAbsent('claim', '1', 60));
    await server.start();
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
  });
});

describe('the marks that a process keeps', () => {
  test('are no more than told, go when they are deleted or expire, and ask nobody for a second use', async () => {
    const [postgres, ...others] = await testKeyValues();
    if (postgres === undefined) throw new Error('no store');
    cleanups.push(...[postgres, ...others].map(({ close }) => close));
    let asked = 0;
    let reconnect = async () => {};
    const counting: KeyValue = {
      ...postgres.kv,
      setIfAbsent: (...all) => {
        asked += 1;
        return postgres.kv.setIfAbsent(...all);
      },
    };
    const written: string[] = [];
    counting.set = async (key) => void written.push(key);
    const kv = keepMarks(counting, (listener) => (reconnect = listener), 10);
    expect([await kv.setIfAbsent('m', '1', 60), await kv.setIfAbsent('m', '1', 60)]).toEqual([true, false]);
    expect(asked).toBe(1);
    await kv.delete('m');
    expect(await kv.setIfAbsent('m', '1', 60)).toBe(true);
    for (let n = 0; n < 40; n += 1) await kv.setIfAbsent(`m${n}`, '1', 60);
    await reconnect();
    expect(written.filter((key) => !key.startsWith('again:')).length).toBeLessThanOrEqual(10);
    expect(written).toContain('m39');
  });
});
