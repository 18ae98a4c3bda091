import { errors } from 'oidc-provider';
import { afterAll, describe, expect, test } from 'vitest';
import type { KeyValue, KeyValueOperation } from '../src/kv/index.ts';
import { RequestStore } from '../src/oidc-provider/request-store.ts';
import { createTracer } from '../src/oidc-provider/traced-ids.ts';
import { testKeyValues } from '../src/testing/index.ts';

const adapters = await testKeyValues();
afterAll(async () => {
  for (const adapter of adapters) await adapter.close();
});

const used = () => new errors.InvalidGrant('already consumed');
const once = (key: string) => ({ kind: 'setIfAbsent', key, value: '1', ttlSeconds: 60 }) as const;

describe.each(adapters)('the store of one request on $name', ({ kv }: { kv: KeyValue }) => {
  let n = 0;
  const fresh = () => `r${n++}`;
  const counted = () => {
    const trips: (readonly KeyValueOperation[])[] = [];
    const counting: KeyValue = {
      ...kv,
      batch: (operations) => {
        trips.push(operations);
        return kv.batch(operations);
      },
    };
    return { store: new RequestStore(counting, true), trips };
  };

  test('when read twice, then the store is asked once, and what was written is read back', async () => {
    const [key, other] = [fresh(), fresh()];
    await kv.set(key, 'a', 60);
    const { store, trips } = counted();
    expect(await store.read(key, other)).toEqual(['a', undefined]);
    await store.write(other, 'b', 60);
    expect(await store.read(key, other)).toEqual(['a', 'b']);
    expect(trips).toHaveLength(1);
    expect(await kv.get(other)).toBeUndefined();
    await store.settle();
    expect(await kv.get(other)).toBe('b');
    expect(trips).toHaveLength(2);
  });

  test('when a demand is refused, then nothing read after it is given out, and everybody hears of it', async () => {
    const [spent, secret] = [fresh(), fresh()];
    await kv.set(spent, '1', 60);
    await kv.set(secret, 's', 60);
    const { store, trips } = counted();
    await store.demand(once(spent), used);
    await expect(store.read(secret)).rejects.toThrow('invalid_grant');
    await expect(store.read(fresh())).rejects.toThrow('invalid_grant');
    await expect(store.settle()).rejects.toThrow('invalid_grant');
    await expect(store.finish()).resolves.toBeUndefined();
    expect(trips[0]).toHaveLength(2);
  });

  test('when nothing follows a refused demand, then the end of the request hears of it', async () => {
    const spent = fresh();
    await kv.set(spent, '1', 60);
    const { store } = counted();
    await store.demand(once(spent), used);
    await expect(store.finish()).rejects.toThrow('invalid_grant');
  });

  test('when 50 requests demand one thing with their writes, then one goes on', async () => {
    const key = fresh();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, async () => {
        const { store } = counted();
        await store.demand(once(key), used);
        await store.write(fresh(), 'token', 60);
        await store.settle();
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('when it was only assumed that a value stands there, then the compare-and-set decides', async () => {
    const key = fresh();
    const { store } = counted();
    store.assume(key, 'gone');
    expect(await store.read(key)).toEqual(['gone']);
    await store.demand({ kind: 'replace', key, expected: 'gone', value: 'used', ttlSeconds: 60 }, used);
    await expect(store.settle()).rejects.toThrow('invalid_grant');
    expect(await kv.get(key)).toBeUndefined();
  });
});

describe('the trace in an id', () => {
  const tracer = createTracer(Buffer.alloc(32, 7));
  const trace = { sessionUid: 'session-uid', grantId: 'grant-id' };

  test('is read by us alone, and differs each time', () => {
    const [one, two] = [tracer.seal(trace), tracer.seal(trace)];
    expect(tracer.open(`${one}random`)).toEqual(trace);
    expect(one.slice(0, 20)).not.toBe(two.slice(0, 20));
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('session');
    expect(createTracer(Buffer.alloc(32, 8)).open(one)).toBeUndefined();
  });

  test('of a stranger leads nowhere', () => {
    const sealed = tracer.seal(trace);
    const changed = `${sealed[0] === 'A' ? 'B' : 'A'}${sealed.slice(1)}`;
    for (const id of ['', '~', 'x', '~~~', `${'A'.repeat(200)}~x`, changed, 'A'.repeat(43)])
      expect(tracer.open(id), id).toBeUndefined();
  });
});
