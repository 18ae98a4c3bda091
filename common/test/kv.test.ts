import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyValue } from '../src/kv/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

const PARALLEL = 50;
const crowd = <T>(one: () => Promise<T>) => Promise.all(Array.from({ length: PARALLEL }, one));

const adapters = await testKeyValues();
afterAll(async () => {
  for (const adapter of adapters) await adapter.close();
});

describe.each(adapters)('the key-value port on $name', ({ kv }: { kv: KeyValue }) => {
  let n = 0;
  let key = '';
  beforeAll(() => undefined);
  const fresh = () => {
    n += 1;
    key = `k${n}`;
    return key;
  };

  test('when a value is set, then it is read, overwritten and deleted', async () => {
    await kv.set(fresh(), 'a', 60);
    expect(await kv.get(key)).toBe('a');
    await kv.set(key, 'b', 60);
    expect(await kv.get(key)).toBe('b');
    await kv.delete(key);
    expect(await kv.get(key)).toBeUndefined();
  });

  test('when 50 take one value in parallel, then exactly one receives it', async () => {
    await kv.set(fresh(), 'once', 60);
    const taken = await crowd(() => kv.take(key));
    expect(taken.filter((value) => value === 'once')).toHaveLength(1);
    expect(taken.filter((value) => value === undefined)).toHaveLength(PARALLEL - 1);
  });

  test('when 50 set one key if absent, then exactly one wins', async () => {
    fresh();
    const won = await crowd(() => kv.setIfAbsent(key, 'x', 60));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('when 50 compare-and-set from one state, then exactly one wins', async () => {
    await kv.set(fresh(), 'old', 60);
    let i = 0;
    const won = await crowd(() => kv.replace(key, 'old', `new${i++}`, 60));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('when 50 increment in parallel, then no count is lost or given twice', async () => {
    fresh();
    const counts = await crowd(() => kv.increment(key, 60));
    expect(new Set(counts).size).toBe(PARALLEL);
    expect(Math.max(...counts)).toBe(PARALLEL);
  });

  test('when the time to live is over, then the key is as good as absent to every operation', async () => {
    const keys = { get: fresh(), take: fresh(), replace: fresh(), absent: fresh(), count: fresh() };
    for (const name of Object.values(keys)) await kv.set(name, '7', 1);
    await sleep(1_200);
    expect(await kv.get(keys.get)).toBeUndefined();
    expect(await kv.take(keys.take)).toBeUndefined();
    expect(await kv.replace(keys.replace, '7', 'y', 60)).toBe(false);
    expect(await kv.setIfAbsent(keys.absent, 'y', 60)).toBe(true);
    expect(await kv.increment(keys.count, 60)).toBe(1);
  });

  test('when incremented again, then the window is not prolonged', async () => {
    fresh();
    await kv.increment(key, 1);
    await sleep(600);
    await kv.increment(key, 1);
    await sleep(600);
    expect(await kv.increment(key, 1)).toBe(1);
  });

  test('when compared with what does not stand there, then nothing is written', async () => {
    await kv.set(fresh(), 'a', 60);
    expect(await kv.replace(key, 'b', 'c', 60)).toBe(false);
    expect(await kv.get(key)).toBe('a');
    expect(await kv.replace(`${key}-absent`, 'b', 'c', 60)).toBe(false);
  });

  test('when operations go in one batch, then each answers in its place as it would alone', async () => {
    const [there, other, absent] = [fresh(), fresh(), fresh()];
    await kv.set(there, 'a', 60);
    await kv.set(other, 'b', 60);
    const fresher = fresh();
    const answers = await kv.batch([
      { kind: 'get', key: absent },
      { kind: 'replace', key: other, expected: 'b', value: 'c', ttlSeconds: 60 },
      { kind: 'get', key: there },
      { kind: 'setIfAbsent', key: fresher, value: 'f', ttlSeconds: 60 },
    ]);
    expect(answers).toEqual([undefined, true, 'a', true]);
    expect(
      await kv.batch([
        { kind: 'delete', key: there },
        { kind: 'setIfAbsent', key: fresher, value: 'g', ttlSeconds: 60 },
        { kind: 'replace', key: other, expected: 'b', value: 'd', ttlSeconds: 60 },
        { kind: 'set', key: absent, value: 'now', ttlSeconds: 60 },
      ]),
    ).toEqual([undefined, false, false, undefined]);
    expect(await kv.batch([there, other, absent, fresher].map((one) => ({ kind: 'get', key: one })))).toEqual(
      [undefined, 'c', 'now', 'f'],
    );
    expect(await kv.batch([])).toEqual([]);
  });

  test('when 50 batches demand the same two things, then each goes to exactly one', async () => {
    const [once, state] = [fresh(), fresh()];
    await kv.set(state, 'old', 60);
    let i = 0;
    const answers = await crowd(() =>
      kv.batch([
        { kind: 'setIfAbsent', key: once, value: 'x', ttlSeconds: 60 },
        { kind: 'replace', key: state, expected: 'old', value: `new${i++}`, ttlSeconds: 60 },
      ]),
    );
    expect(answers.filter(([first]) => first === true)).toHaveLength(1);
    expect(answers.filter(([, second]) => second === true)).toHaveLength(1);
  });
});
