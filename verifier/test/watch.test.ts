import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { base64 } from '../src/encoding/bytes.ts';
import { emptyRoot, leafHash } from '../src/index.ts';
import { consistencyPath, rootOf } from './support/tree.ts';
import { newWorld, type World } from './support/world.ts';

const watch = commands.find(({ name }) => name.join(' ') === 'log watch');
const honest = Array.from({ length: 20 }, (_, i) => leafHash(Uint8Array.of(i)));
const forged = honest.map((hash, i) => (i === 3 ? leafHash(Uint8Array.of(99)) : hash));

let world: World;
let folder: string;
let server: Server;
let shown: { leaves: Uint8Array[]; size: number; status?: number; note?: string };

beforeEach(async () => {
  world = await newWorld();
  folder = await mkdtemp(join(tmpdir(), 'xinlu-watch-'));
  await writeFile(join(folder, 'trust.json'), world.trustText);
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const { leaves, size, status = 200, note } = shown;
    if (status !== 200) response.writeHead(status).end('{}');
    else if (url.pathname === '/log/checkpoint') {
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
