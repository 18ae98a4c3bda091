import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { base64, utf8 } from '../src/encoding/bytes.ts';
import {
  cosignatureLine,
  cosignedText,
  emptyRoot,
  formatVerifierKey,
  leafHash,
  type NoteKey,
  noteKey,
} from '../src/index.ts';
import { consistencyPath, rootOf } from './support/tree.ts';
import { newWorld, type World } from './support/world.ts';

const watch = commands.find(({ name }) => name.join(' ') === 'log watch');
const honest = Array.from({ length: 20 }, (_, i) => leafHash(Uint8Array.of(i)));
const forged = honest.map((hash, i) => (i === 3 ? leafHash(Uint8Array.of(99)) : hash));

let world: World;
let folder: string;
let server: Server;
let shown: { leaves: Uint8Array[]; size: number; status?: number; note?: string; witnessed?: string };

beforeEach(async () => {
  world = await newWorld();
  folder = await mkdtemp(join(tmpdir(), 'xinlu-watch-'));
  await writeFile(join(folder, 'trust.json'), world.trustText);
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const { leaves, size, status = 200, note, witnessed } = shown;
    if (status !== 200) response.writeHead(status).end('{}');
    else if (url.pathname === '/log/checkpoint/witnessed') {
      response.writeHead(witnessed === undefined ? 404 : 200).end(witnessed);
    } else if (url.pathname === '/log/checkpoint') {
      response.end(note ?? world.signCheckpoint(size, rootOf(leaves.slice(0, size))));
    } else {
      const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
      response.end(JSON.stringify({ proof: consistencyPath(from, leaves.slice(0, to)).map(base64) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function look(...args: string[]) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const keep = join(folder, 'kept');
  return watch?.run([url, '--trust', join(folder, 'trust.json'), '--keep', keep, '--once', ...args]);
}
const kept = async () => (await readFile(join(folder, 'kept/checkpoint'), 'utf8')).split('\n')[1];
const evidence = async () =>
  (await readdir(join(folder, 'kept'))).filter((name) => name.startsWith('evidence'));

describe('when a log only grows', () => {
  test('then it is consistent, and an older checkpoint of the same history is no split', async () => {
    for (const size of [0, 1, 8, 8, 13, 20]) {
      shown = { leaves: honest, size };
      expect(await look()).toBe(0);
    }
    shown = { leaves: honest, size: 5 };
    expect(await look()).toBe(0);
    expect(await kept()).toBe('20');
    expect(await evidence()).toEqual([]);
  });
});

describe('when a log shows another history', () => {
  test.each([
    ['larger', 15],
    ['equal', 10],
    ['smaller', 7],
  ])('then a %s tree is a split, and both checkpoints are kept', async (_, size) => {
    shown = { leaves: honest, size: 10 };
    expect(await look()).toBe(0);
    shown = { leaves: forged, size };
    expect(await look()).toBe(1);
    const [name = ''] = await evidence();
    const { outcome, before, note } = JSON.parse(await readFile(join(folder, 'kept', name), 'utf8'));
    expect(outcome).toBe('split');
    expect(before.split('\n')[1]).toBe('10');
    expect(note.split('\n')[1]).toBe(String(size));
    expect(await kept()).toBe('10');
  });
});

describe('when the trust list names witnesses', () => {
  const secrets = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
  const keys = secrets.map((secret, n) => noteKey(`w/${n}`, ed25519.getPublicKey(secret), 'cosignature'));

  beforeEach(() => {
    const witnesses = { quorum: 2, keys: keys.map(formatVerifierKey) };
    const trust = { ...world.trust, log: { ...world.trust.log, witnesses } };
    return writeFile(join(folder, 'trust.json'), JSON.stringify(trust));
  });

  /** A checkpoint with the cosignatures of these witnesses. */
  function cosigned(by: readonly number[], size: number, leaves = honest) {
    const note = world.signCheckpoint(size, rootOf(leaves.slice(0, size)));
    const [text = ''] = note.split('\n\n');
    const lines = by.map((n) => {
      const signature = ed25519.sign(utf8(cosignedText(7, `${text}\n`)), secrets[n] as Uint8Array);
      return cosignatureLine(keys[n] as NoteKey, 7, signature);
    });
    return note + lines.join('');
  }
  const waiting = () => readFile(join(folder, 'kept/waiting.json'), 'utf8').catch(() => undefined);

  test('then enough of them on the newest checkpoint are enough', async () => {
    shown = { leaves: honest, size: 8, note: cosigned([0, 2], 8) };
    expect(await look('--patience', '0')).toBe(0);
    expect(await waiting()).toBeUndefined();
  });

  test('then without any, or with too few, or of others, nothing can be told', async () => {
    for (const note of [cosigned([], 8), cosigned([1], 8), cosigned([1, 1], 8)]) {
      shown = { leaves: honest, size: 8, note };
      expect(await look()).toBe(2);
      shown.witnessed = note;
      expect(await look()).toBe(2);
    }
    expect(await evidence()).toEqual([]);
  });

  test('then they may be behind for a while and no longer', async () => {
    shown = { leaves: honest, size: 8, witnessed: cosigned([0, 1], 5) };
    expect(await look()).toBe(0);
    expect(JSON.parse((await waiting()) ?? '')).toMatchObject({ size: 8 });
    expect(await look('--patience', '0')).toBe(2);
    // They have come on, and are behind anew: the time counts from there.
    shown = { leaves: honest, size: 13, witnessed: cosigned([1, 2], 8) };
    expect(await look()).toBe(0);
    expect(JSON.parse((await waiting()) ?? '')).toMatchObject({ size: 13 });
    const late = JSON.stringify({ size: 13, since: Date.now() - 61_000 });
    await writeFile(join(folder, 'kept/waiting.json'), late);
    expect(await look()).toBe(2);
    shown = { leaves: honest, size: 14, witnessed: cosigned([1, 2], 14) };
    expect(await look()).toBe(0);
    expect(await waiting()).toBeUndefined();
  });

  test.each([5, 8, 12])(
    'then another tree of %i entries before them is a split, and both are kept',
    async (size) => {
      shown = { leaves: honest, size: 8, witnessed: cosigned([0, 1], size, forged) };
      expect(await look()).toBe(1);
      const [name = ''] = await evidence();
      const { outcome, before, note } = JSON.parse(await readFile(join(folder, 'kept', name), 'utf8'));
      expect([outcome, before, note.split('\n')[1]]).toEqual(['split', shown.witnessed, '8']);
    },
  );

  test('then what the log did not sign is told', async () => {
    const stranger = await newWorld();
    const foreign = stranger.signCheckpoint(5, emptyRoot);
    shown = { leaves: honest, size: 8, witnessed: foreign };
    expect(await look()).toBe(1);
  });
});

describe('when the answer is worth nothing', () => {
  test('then a checkpoint that the log did not sign is told, and a log that is away cannot be told', async () => {
    const stranger = await newWorld();
    shown = { leaves: honest, size: 5, note: stranger.signCheckpoint(5, emptyRoot) };
    expect(await look()).toBe(1);
    shown = { leaves: honest, size: 5, status: 503 };
    expect(await look()).toBe(2);
    shown = { leaves: honest, size: 5 };
    expect(await look('--every', '0')).toBe(2);
    expect(await watch?.run(['ftp://x'])).toBe(2);
  });
});
