import { afterAll, describe, expect, test } from 'vitest';
import type { KeyValue } from '../src/kv/index.ts';
import { createRateLimit } from '../src/rate-limit/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

const adapters = await testKeyValues();
afterAll(async () => {
  for (const adapter of adapters) await adapter.close();
});

const admitted = async (uses: Promise<void>[]) =>
  (await Promise.allSettled(uses)).filter(({ status }) => status === 'fulfilled').length;

describe.each(adapters)('a limit on $name', ({ kv }: { kv: KeyValue }) => {
  test.each([3, 10, 100, 600])(
    'of %i lets exactly as many through, in parallel and over two processes',
    async (limit) => {
      const name = `limit-${limit}`;
      const processes = [createRateLimit(kv, name, limit, 60), createRateLimit(kv, name, limit, 60)] as const;
      const uses = Array.from({ length: 2 * limit + 2 }, (_, n) => processes[n % 2 === 0 ? 0 : 1].use('one'));
      expect(await admitted(uses)).toBe(limit);
      await expect(processes[0].use('one')).rejects.toMatchObject({ code: 'rate-limited', status: 429 });
      await expect(processes[0].use('another')).resolves.toBeUndefined();
    },
  );

  test('asks the store once for many uses where the limit is large', async () => {
    let asked = 0;
    const counting: KeyValue = {
      ...kv,
      increment: (...of) => {
        asked += 1;
        return kv.increment(...of);
      },
    };
    const limit = createRateLimit(counting, 'counted', 600, 60);
    for (let n = 0; n < 30; n += 1) await limit.use('one');
    expect(asked).toBe(1);
  });
});
