import type { AnchoredLog } from './anchored-log.ts';
import type { Trouble } from './trouble.ts';

const troubles: Trouble[] = [
  'none',
  'none',
  'none',
  'away',
  'lost',
  'sent-but-lost',
  'garbled',
  'failing',
  'hasty',
  'lying',
];

/** A small generator of numbers below 1, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Grows the log, mines, reorganises up to 20 blocks and troubles the chain, in an order that hangs on the seed.
 * After each round without a fault every state is held against the chain.
 *
 * @returns what was told and not so, and how often each fault was met
 */
export async function randomTrouble(here: AnchoredLog, { steps, seed }: { steps: number; seed: number }) {
  const next = numbers(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const lies: string[] = [];
  const faults: Record<string, number> = {};
  for (let step = 0; step < steps; step++) {
    const what = below(10);
    if (what < 3) await here.grow(1 + below(3));
    else if (what < 6) await here.mine(1 + below(4));
    else if (what < 7) await here.rpc('anvil_reorg', [1 + below(20), []]);
    else here.proxy.trouble = troubles[below(troubles.length)] ?? 'none';
    const fault = await here.round();
    if (fault === null) lies.push(...(await here.lies()).map((lie) => `step ${step}: ${lie}`));
    else faults[fault] = (faults[fault] ?? 0) + 1;
  }
  return { lies, faults };
}
