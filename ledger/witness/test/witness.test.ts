import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint, parseNote, verifyCosignature } from '@xinlu/verifier';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { headsInSqlite } from '../src/adapters/heads-sqlite.ts';
import { addCheckpoint } from '../src/domain/witness.ts';
import { type RunningWitness, runWitness } from './support/running-witness.ts';
import { newWatchedLog, newWitnessKey, type WatchedLog } from './support/watched-log.ts';

let log: WatchedLog;
let witness: RunningWitness;

beforeEach(() => {
  seen.clear();
});

/** Roots by size of every checkpoint that a witness cosigned. */
const seen = new Map<number, Set<string>>();

/** Asks for a cosignature; answers the status, and remembers the tree if it was given and verifies. */
async function ask(body: string, of: RunningWitness = witness) {
  const answer = await of.ask(body);
  if (answer?.status !== 200) return answer;
  const note = parseNote(body.slice(body.indexOf('\n\n') + 2) + answer.text);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint || verifyCosignature(note, of.key) === undefined) throw new Error('no cosignature');
  const roots = seen.get(checkpoint.size) ?? new Set();
  seen.set(checkpoint.size, roots.add(Buffer.from(checkpoint.root).toString('hex')));
  return answer;
}
const status = async (body: string) => (await ask(body))?.status;

/** One root a size, and all of one history. */
function expectOneHistory() {
  const histories = [0, 1].filter((history) =>
    [...seen].every(([size, roots]) => {
      const root = Buffer.from(log.root(size, history)).toString('hex');
      return roots.size === 1 && roots.has(root);
    }),
  );
  expect(histories).toHaveLength(1);
}

describe('when a log asks a witness', () => {
  beforeAll(async () => {
    log = newWatchedLog();
    witness = await runWitness(log.key);
  });
  afterAll(() => witness.close());

  test('then each answer is the protocol’s', async () => {
    const stranger = newWatchedLog('log.example/2');
    const forger = newWatchedLog();
    expect(await status('nonsense')).toBe(400);
    expect(await status(`old 0\nAAAA\n\n${log.checkpoint(5)}`)).toBe(400);
    expect(await status(`old 00\n\n${log.checkpoint(5)}`)).toBe(400);
    expect(await status(stranger.growth(0, 5))).toBe(404);
    expect(await status(forger.growth(0, 5))).toBe(403);
    expect(await status(log.growth(7, 5))).toBe(400);
    expect(await ask(log.growth(3, 5))).toMatchObject({ status: 409, text: '0\n', type: 'text/x.tlog.size' });
    expect(await status(`old 0\n${log.growth(3, 5).split('\n')[1]}\n\n${log.checkpoint(5)}`)).toBe(422);
    expect(await status(log.growth(0, 5))).toBe(200);
    expect(await ask(log.growth(0, 9))).toMatchObject({ status: 409, text: '5\n' });
    expect(await status(log.growth(5, 9, 1))).toBe(422);
    expect(await ask(log.growth(5, 5, 1))).toMatchObject({ status: 409, text: '5\n' });
    expect(await witness.splits()).toMatchObject([
      { standing: log.checkpoint(5), offered: log.checkpoint(5, 1) },
    ]);
    expect(await status(log.growth(5, 5))).toBe(200);
    expect(await status(log.growth(5, 9))).toBe(200);
    expect(await ask(log.growth(5, 9))).toMatchObject({ status: 409, text: '9\n' });
    expectOneHistory();
  });

  test('then other addresses, methods and endless bodies are turned away', async () => {
    const get = async (path: string, init?: RequestInit) => (await fetch(witness.url + path, init)).status;
    expect(await get('/health')).toBe(200);
    expect(await get('/add-checkpoint')).toBe(405);
    expect(await get('/../memory.sqlite')).toBe(404);
    const long = await witness.ask('x'.repeat(100_000));
    expect([413, undefined]).toContain(long?.status);
    expect(await get('/ready')).toBe(200);
  });
});

describe('when two histories are shown at once', () => {
  test('then only one is ever cosigned, also by two processes with one memory', async () => {
    log = newWatchedLog();
    witness = await runWitness(log.key);
    const twin = await witness.twin();
    let size = 0;
    for (let round = 1; round <= 15; round++) {
      const next = round * 3;
      const asks = Array.from({ length: 16 }, (_, i) => {
        const body = log.growth(size, next + (i % 2), (i >> 1) % 2);
        return ask(body, i % 3 === 0 ? twin : witness);
      });
      await Promise.all(asks);
      const stands = await ask(log.growth(0, 399));
      size = Number(stands?.text);
    }
    expect(size).toBeGreaterThan(20);
    expectOneHistory();
    await twin.close();
    await witness.close();
  });
});

describe('when another process moves the head between look and move', () => {
  test('then nothing is cosigned', async () => {
    const watched = newWatchedLog();
    const folder = await mkdtemp(join(tmpdir(), 'xinlu-heads-'));
    const heads = headsInSqlite(join(folder, 'memory.sqlite'));
    const { key } = newWitnessKey('w');
    const outrun = {
      ...heads,
      advance(...[origin, before, next]: Parameters<typeof heads.advance>) {
        heads.advance(origin, before, { ...next, root: watched.root(5, 1) });
        return heads.advance(origin, before, next);
      },
    };
    const sign = vi.fn(() => new Uint8Array(64));
    const tools = { heads: outrun, logs: [watched.key], key, sign, now: () => 1 };
    expect(addCheckpoint(tools, watched.growth(0, 5))).toEqual({ status: 409, size: 5 });
    expect(sign).not.toHaveBeenCalled();
    heads.close();
    await rm(folder, { recursive: true, force: true });
  });
});

describe('when a witness is killed under load', () => {
  test('then it never cosigns a second history, and goes on with the first', async () => {
    log = newWatchedLog();
    witness = await runWitness(log.key);
    let size = 0;
    for (let round = 1; round <= 5; round++) {
      // Both histories grow from wherever the witness may stand; the kill comes in the middle.
      const asks = Array.from({ length: 40 }, (_, i) => ask(log.growth(size, size + 1 + (i % 5), i % 2)));
      await Promise.race(asks);
      await witness.kill();
      await Promise.all(asks);
      await witness.start();
      const stands = await ask(log.growth(399, 399));
      expect(stands?.status).toBe(409);
      const now = Number(stands?.text);
      expect(now).toBeGreaterThanOrEqual(Math.max(...seen.keys()));
      size = now;
    }
    expectOneHistory();
    await witness.close();
  });
});

describe('when a log has shown two trees of one size', () => {
  test('then both signed checkpoints are kept as the proof, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xinlu-heads-'));
    const heads = headsInSqlite(join(folder, 'memory.sqlite'));
    const root = new Uint8Array(32);
    expect(heads.advance('a', undefined, { size: 4, root, checkpoint: 'one' })).toBe(true);
    expect(heads.advance('a', undefined, { size: 5, root, checkpoint: 'x' })).toBe(false);
    expect(heads.advance('a', 3, { size: 5, root, checkpoint: 'x' })).toBe(false);
    expect(heads.advance('a', 4, { size: 4, root: root.with(0, 1), checkpoint: 'x' })).toBe(false);
    expect(heads.of('a')?.checkpoint).toBe('one');
    for (let i = 0; i < 3; i++) heads.keepSplit('a', 'one', 'other');
    expect(heads.splits()).toEqual([{ origin: 'a', standing: 'one', offered: 'other' }]);
    heads.close();
    await rm(folder, { recursive: true, force: true });
  });
});
