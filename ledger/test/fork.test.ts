import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint, parseNote } from '@xinlu/verifier';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logStoreInPostgres } from '../src/adapters/log-store-postgres.ts';
import { tilesInFiles } from '../src/adapters/tiles-files.ts';
import { sequenceOnce } from '../src/domain/sequencer.ts';
import { backUp, newEntry, newLog, type TestLog } from './support/ledger.ts';

let log: TestLog;

beforeEach(async () => {
  log = await newLog();
});
afterEach(() => log.close());

async function grow(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => log.store.submit(newEntry())));
  while (await sequenceOnce(log));
}

/** Every public file by its path. */
async function files(): Promise<Map<string, string>> {
  const folder = join(log.folder, 'tiles');
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const read = found
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<[string, string]> => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), await readFile(path, 'base64')];
    });
  return new Map(await Promise.all(read));
}

const signed = async () =>
  (await log.database.query<{ size: number }>('SELECT size FROM checkpoint ORDER BY size')).map(
    ({ size }) => size,
  );

/** Rounds are refused, sign nothing and leave every public file as it is. */
async function expectStandstill(): Promise<void> {
  const [before, signatures] = [await files(), await signed()];
  await log.store.submit(newEntry());
  for (let round = 0; round < 3; round++) {
    await expect(sequenceOnce(log)).rejects.toMatchObject({ code: 'log-went-back', kind: 'fatal' });
  }
  expect(await files()).toEqual(before);
  expect(await signed()).toEqual(signatures);
}

async function publishedSize(): Promise<number | undefined> {
  const note = parseNote(Buffer.from((await log.tiles.read('checkpoint')) ?? []).toString());
  return note && parseCheckpoint(note.text)?.size;
}

describe('when the database comes back older than what is published', () => {
  test('then nothing is signed or written until the newest state is back, and then it goes on', async () => {
    await grow(300);
    const restoreOld = await backUp(log.database);
    await grow(100);
    const restoreNew = await backUp(log.database);
    await restoreOld();
    await expectStandstill();
    await restoreNew();
    await grow(1);
    expect(await publishedSize()).toBe(401);
  });

  test('then an empty one is no new beginning', async () => {
    const restoreEmpty = await backUp(log.database);
    await grow(3);
    await restoreEmpty();
    log = { ...log, store: await logStoreInPostgres(log.database, log.signer) };
    await expectStandstill();
  });
});

describe('when the database holds another tree than the one published', () => {
  test.each([[3], [5]])('then a history of %i entries is refused where 3 stand', async (count) => {
    const restoreEmpty = await backUp(log.database);
    await grow(3);
    const here = log.tiles;
    await restoreEmpty();
    log = { ...log, tiles: tilesInFiles(join(log.folder, 'elsewhere')) };
    await grow(count);
    log = { ...log, tiles: here };
    await expectStandstill();
  });

  test('then the checkpoint of another log is not written over', async () => {
    await grow(2);
    const other = await newLog();
    log = { ...log, tiles: other.tiles };
    await sequenceOnce(other);
    await expect(sequenceOnce(log)).rejects.toMatchObject({ code: 'log-went-back' });
    await other.close();
  });
});

describe('when tiles are lost', () => {
  test('then an empty folder is filled again from the database, entry by entry the same', async () => {
    await grow(256);
    await grow(300);
    const before = await files();
    await rm(join(log.folder, 'tiles'), { recursive: true });
    await sequenceOnce(log);
    const after = await files();
    expect(await publishedSize()).toBe(556);
    // Partial tiles of earlier sizes are not needed any more.
    before.delete('tile/1/000.p/1');
    expect(after).toEqual(before);
    await grow(1);
    expect(await publishedSize()).toBe(557);
  });

  test('then an older folder is brought up to date', async () => {
    await grow(200);
    const old = await files();
    await grow(100);
    const before = await files();
    await rm(join(log.folder, 'tiles'), { recursive: true });
    for (const [path, content] of old) await log.tiles.write(path, Buffer.from(content, 'base64'));
    await sequenceOnce(log);
    expect(await files()).toEqual(before);
  });
});

describe('when a tile is written again', () => {
  test('then the same bytes are taken and others refused, but for the checkpoint', async () => {
    await log.tiles.write('tile/0/000', Buffer.from('one'));
    await log.tiles.write('tile/0/000', Buffer.from('one'));
    await expect(log.tiles.write('tile/0/000', Buffer.from('two'))).rejects.toMatchObject({
      code: 'tile-conflict',
      kind: 'fatal',
    });
    expect(Buffer.from((await log.tiles.read('tile/0/000')) ?? []).toString()).toBe('one');
    await log.tiles.write('checkpoint', Buffer.from('one'));
    await log.tiles.write('checkpoint', Buffer.from('two'));
    expect(await readdir(join(log.folder, 'tiles/tile/0'))).toEqual(['000']);
  });
});
