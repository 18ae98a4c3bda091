import { systemIds } from '@xinlu/common/ids';
import { parseCheckpoint, parseNote, verifyConsistency } from '@xinlu/verifier';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLedgerClient } from '../src/index.ts';
import { type FrontEnd, type RunningLedger, runLedger, until } from './support/running-ledger.ts';

// Whole processes come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let one: RunningLedger;
let other: FrontEnd;

beforeAll(async () => {
  one = await runLedger();
  other = await one.another();
  await other.start();
});
afterAll(async () => {
  await other.close();
  await one.close();
});

async function checkpointOf({ url }: { url: string }) {
  const note = parseNote(await (await fetch(`${url}/log/checkpoint`)).text());
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint) throw new Error('the checkpoint is malformed');
  return checkpoint;
}

/** Sends entries to one front end, all at once; answers how many were acknowledged, as they are. */
function load(to: { url: string }, count: number) {
  const acknowledged: string[] = [];
  const client = createLedgerClient({ url: to.url, keys: one.broker });
  const all = Promise.all(
    Array.from({ length: count }, () =>
      client.submit('access', systemIds.bytes(32)).then(
        ({ id }) => acknowledged.push(id),
        () => undefined,
      ),
    ),
  );
  return { acknowledged, all };
}

const indexOf = async (id: string, { url }: { url: string }) =>
  ((await (await fetch(`${url}/entries/${id}`)).json()) as { index: number | null }).index;

describe('when two front ends serve one log and one is killed', () => {
  test('then the other takes over, nothing acknowledged is lost, and there is one history', async () => {
    const acknowledged: string[] = [];
    let seen = await checkpointOf(one);
    for (const [dies, lives] of [
      [one, other],
      [other, one],
    ] as const) {
      const loads = [load(dies, 60), load(lives, 60)];
      await until(async () => loads.every((each) => each.acknowledged.length >= 10));
      await dies.kill();
      await Promise.all(loads.map(({ all }) => all));
      // What the survivor takes now, and all that the dead one had acknowledged, gets its place by the survivor alone.
      const after = load(lives, 20);
      await after.all;
      expect(after.acknowledged).toHaveLength(20);
      acknowledged.push(...after.acknowledged, ...loads.flatMap((each) => each.acknowledged));
      const placed = async () => {
        const indexes = await Promise.all(acknowledged.map((id) => indexOf(id, lives)));
        return indexes.every((index) => index !== null) && new Set(indexes).size === acknowledged.length;
      };
      await until(placed);
      await until(async () => (await checkpointOf(lives)).size >= acknowledged.length);
      const now = await checkpointOf(lives);
      if (seen.size > 0) {
        const answer = await fetch(`${lives.url}/log/consistency?from=${seen.size}&to=${now.size}`);
        const { proof } = (await answer.json()) as { proof: string[] };
        const path = proof.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
        const sizes = { size1: seen.size, size2: now.size, root1: seen.root, root2: now.root };
        expect(verifyConsistency({ ...sizes, proof: path })).toBe(true);
      }
      seen = now;
      await dies.start();
    }
  });
});
