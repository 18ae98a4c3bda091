import { expect, test } from 'vitest';
import { gather } from '../src/sql/gather.ts';

function slowly() {
  const queries: string[][] = [];
  const gates: (() => void)[] = [];
  const look = gather<string>(async (keys) => {
    queries.push(keys);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (keys.includes('broken')) throw new Error('the database is away');
    return new Map(keys.filter((key) => key !== 'absent').map((key) => [key, `${key}!`]));
  });
  const answer = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    gates.shift()?.();
  };
  return { look, queries, answer };
}

test('when look-ups come while one is under way, then the next query asks for all of them', async () => {
  const { look, queries, answer } = slowly();
  const first = [look('a'), look('b'), look('a')];
  await new Promise((resolve) => setImmediate(resolve));
  // 'a' was asked for again after the query began: what it finds may be old.
  const second = [look('a'), look('absent')];
  await answer();
  expect(await Promise.all(first)).toEqual(['a!', 'b!', 'a!']);
  await answer();
  expect(await Promise.all(second)).toEqual(['a!', undefined]);
  expect(queries).toEqual([
    ['a', 'b'],
    ['a', 'absent'],
  ]);
});

test('when a query fails, then those who waited for it hear so, and the next is asked anew', async () => {
  const { look, answer } = slowly();
  const failing = Promise.allSettled([look('broken'), look('a')]);
  await answer();
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = look('a');
  await answer();
  expect(await later).toBe('a!');
});
