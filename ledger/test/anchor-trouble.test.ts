import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AnchoredLog, anchoredLog } from './support/anchored-log.ts';
import { randomTrouble } from './support/random-trouble.ts';
import type { Trouble } from './support/trouble.ts';

// Many questions to a real chain; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let here: AnchoredLog;

beforeAll(async () => {
  here = await anchoredLog();
});
afterAll(() => here.close());
beforeEach(() => {
  here.proxy.trouble = 'none';
});

/** Rounds and blocks until everything is final; each state on the way is told as it is. */
async function settle() {
  here.proxy.trouble = 'none';
  for (let i = 0; i < 8; i++) {
    expect(await here.round()).toBeNull();
    expect(await here.lies()).toEqual([]);
    await here.mine();
  }
  expect(await here.round()).toBeNull();
  const states = await here.states();
  expect(states.filter((state) => !state.endsWith('final'))).toEqual([]);
  const times = await here.anchoredTimes();
  expect(Object.values(times).every((count) => count === 1)).toBe(true);
  expect(Object.keys(times)).toHaveLength(states.length);
}

describe('when the chain is in trouble', () => {
  const troubles: [Trouble, (string | null)[]][] = [
    ['away', ['chain-away']],
    ['lost', ['chain-away']],
    // The first is sent and lost; the next round finds it on the chain.
    ['sent-but-lost', ['chain-away', null]],
    ['garbled', ['chain-away']],
    ['failing', ['chain-away']],
    ['hasty', ['chain-answers-wrongly']],
    ['lying', ['chain-answers-wrongly']],
  ];
  test.each(troubles)(
    'then %s changes no state but to what is true, and all ends final once',
    async (trouble, codes) => {
      await here.grow(2);
      expect(await here.round()).toBeNull();
      await here.mine();
      expect(await here.round()).toBeNull();
      const before = await here.states();
      await here.grow(1);
      here.proxy.trouble = trouble;
      for (let i = 0; i < 3; i++) {
        const fault = await here.round();
        expect(codes).toContain(fault);
        if (fault === null) expect(await here.lies()).toEqual([]);
        await here.mine();
      }
      const known = (await here.states()).filter((state) => !/queued|sent/.test(state));
      if (!codes.includes(null)) expect(before).toEqual(expect.arrayContaining(known));
      await settle();
    },
  );
});

describe('when the chain reorganises', () => {
  // Every depth from 1 to 20: `npm run soak anchor`.
  test('then what was lost is anchored again, once, however deep', async () => {
    for (const depth of [1, 2, 3, 7, 20]) {
      await here.grow();
      expect(await here.round()).toBeNull();
      await here.mine(1 + (depth % 3));
      expect(await here.round()).toBeNull();
      await here.rpc('anvil_reorg', [depth, []]);
      expect(await here.round()).toBeNull();
      expect(await here.lies()).toEqual([]);
      await here.mine();
    }
    await settle();
  });
});

describe('when everything happens in turn', () => {
  test('then no state is ever told that is not so, and all ends final once', async () => {
    const told = await randomTrouble(here, { steps: 25, seed: 7 });
    expect(told.lies).toEqual([]);
    await settle();
  });
});
