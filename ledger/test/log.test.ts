import {
  encodeEntry,
  leafHash,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from '@xinlu/verifier';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logStoreInPostgres } from '../src/adapters/log-store-postgres.ts';
import { sequenceOnce } from '../src/domain/sequencer.ts';
import { isTilePath, type Tiles, tilePath } from '../src/domain/tiles.ts';
import { consistencyPath, inclusionPath } from '../src/domain/tree.ts';
import { newEntry, newLog, type TestLog } from './support/ledger.ts';

let log: TestLog;

beforeEach(async () => {
  log = await newLog();
});
afterEach(() => log.close());

async function submit(count: number) {
  const entries = Array.from({ length: count }, () => newEntry());
  await Promise.all(entries.map((entry) => log.store.submit(entry)));
  return entries;
}

/** The published checkpoint, as a stranger reads and verifies it. */
async function published() {
  const bytes = await log.tiles.read('checkpoint');
  const note = parseNote(Buffer.from(bytes ?? []).toString());
  const checkpoint = note && parseCheckpoint(note.text);
  expect(note && verifyNote(note, log.signer.key)).toBe(true);
  if (!checkpoint) throw new Error('no checkpoint');
  return checkpoint;
}

describe('when entries are submitted', () => {
  test('then each gets one place and its proof verifies', async () => {
    const entries = await submit(300);
    await sequenceOnce(log);
    const { size, root } = await published();
    expect(size).toBe(300);
    const places = new Set<number>();
    for (const entry of entries) {
      const stored = await log.store.entry(entry.id);
      const index = stored?.index ?? -1;
      places.add(index);
      const proof = await inclusionPath(log.store.readTile, index, size);
      const leaf = leafHash(encodeEntry(entry));
      expect(verifyInclusion({ leafIndex: index, treeSize: size, root, leafHash: leaf, proof })).toBe(true);
    }
    expect(places.size).toBe(300);
  });

  test('then the same commitment of the same issuer is the same entry, under fifty parallel submitters', async () => {
    const entry = newEntry();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => log.store.submit({ ...newEntry(), commitment: entry.commitment })),
    );
    expect(new Set(answers.map((answer) => answer.entry.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    const other = await log.store.submit({
      ...newEntry('access', 'land-office'),
      commitment: entry.commitment,
    });
    expect(other.created).toBe(true);
    await expect(
      log.store.submit({ ...newEntry('consent'), commitment: entry.commitment }),
    ).rejects.toMatchObject({ code: 'entry-conflict', status: 409 });
  });

  test('then nothing is acknowledged while the database takes nothing, and the same entry is taken later', async () => {
    await log.database.query('ALTER TABLE entry ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
    const entry = newEntry();
    await expect(log.store.submit(entry)).rejects.toMatchObject({
      code: 'log-unavailable',
      kind: 'retryable',
    });
    await log.database.query('ALTER TABLE entry DROP CONSTRAINT full_disk');
    expect((await log.store.submit(entry)).created).toBe(true);
  });

  test('then nothing can change or remove an entry afterwards', async () => {
    await submit(1);
    await sequenceOnce(log);
    for (const change of [
      'DELETE FROM entry',
      "UPDATE entry SET issuer = 'x'",
      'UPDATE entry SET leaf_index = 7',
      "UPDATE entry SET commitment = decode(repeat('00', 32), 'hex')",
    ]) {
      await expect(log.database.query(change)).rejects.toThrow('append-only');
    }
  });
});

describe('when several sequencers run at once', () => {
  test('then no entry is lost, none stands twice, and every checkpoint is consistent with the next', async () => {
    const second = { ...log, store: await logStoreInPostgres(log.database, log.signer) };
    const seen = new Map<number, Uint8Array>();
    const entries: { id: string }[] = [];
    for (let round = 0; round < 12; round++) {
      const [fresh] = await Promise.all([
        submit(40),
        sequenceOnce(log),
        sequenceOnce(second),
        sequenceOnce(log),
      ]);
      entries.push(...fresh);
      const { size, root } = await published();
      seen.set(size, root);
    }
    while (await sequenceOnce(log));
    const { size, root } = await published();
    expect(size).toBe(480);
    const stored = await Promise.all(entries.map(({ id }) => log.store.entry(id)));
    expect(new Set(stored.map((entry) => entry?.index)).size).toBe(480);
    for (const [size1, root1] of seen) {
      if (size1 === 0) continue;
      const proof = await consistencyPath(log.store.readTile, size1, size);
      expect(verifyConsistency({ size1, size2: size, root1, root2: root, proof })).toBe(true);
    }
  });
});

describe('when a sequencer freezes while it holds the head', () => {
  test('then another goes on after a while, and what the frozen one still tries is refused', async () => {
    const frozen = await logStoreInPostgres(log.database, log.signer, { silenceMilliseconds: 300 });
    await submit(3);
    const held = Promise.withResolvers<void>();
    const asleep = Promise.withResolvers<void>();
    const late = frozen.sequence(async (session) => {
      held.resolve();
      await asleep.promise;
      await session.markPublished(0);
    });
    const refusal = expect(late).rejects.toThrow();
    await held.promise;
    while ((await sequenceOnce(log)) === undefined);
    expect((await published()).size).toBe(3);
    asleep.resolve();
    await refusal;
    expect((await log.store.published())?.size).toBe(3);
  });
});

describe('when the sequencer dies in the middle', () => {
  /** Tiles that die at the n-th write, before or after it was durable. */
  const dying = (at: number, after: boolean): Tiles => {
    let writes = 0;
    return {
      read: log.tiles.read,
      async write(path, content) {
        const dies = ++writes >= at;
        if (!dies || after) await log.tiles.write(path, content);
        if (dies) throw new Error('died');
      },
    };
  };

  test('then the next one goes on, and the checkpoint never runs ahead of its tiles', async () => {
    for (const [at, after] of [
      [1, false],
      [1, true],
      [2, false],
      [3, false],
      [3, true],
      [4, true],
    ] as const) {
      await submit(200);
      await sequenceOnce({ ...log, tiles: dying(at, after) }).catch(() => undefined);
      const bytes = await log.tiles.read('checkpoint');
      if (bytes) {
        const { size } = await published();
        const width = size % 256;
        if (width > 0) expect(await log.tiles.read(tilePath(0, Math.floor(size / 256), width))).toBeDefined();
      }
      while (await sequenceOnce(log));
    }
    const { size } = await published();
    expect(size).toBe(1200);
    const bundle = await log.tiles.read(tilePath('entries', 0, 256));
    const hashes = await log.tiles.read(tilePath(0, 0, 256));
    const length = bundle?.[1] ?? 0;
    expect(leafHash(new Uint8Array(bundle?.subarray(2, 2 + length) ?? []))).toEqual(
      new Uint8Array(hashes?.subarray(0, 32) ?? []),
    );
  });
});

describe('when the database holds another log', () => {
  test('then it is refused', async () => {
    const other = await newLog();
    await expect(logStoreInPostgres(log.database, other.signer)).rejects.toMatchObject({
      code: 'log-identity-changed',
    });
    await other.close();
  });
});

describe('when a path comes from outside', () => {
  test('then only tiles can be named', () => {
    expect(tilePath(0, 1234067, 256)).toBe('tile/0/x001/x234/067');
    expect(tilePath('entries', 5, 12)).toBe('tile/entries/005.p/12');
    for (const path of ['tile/0/x001/067', 'tile/entries/005.p/12', 'tile/63/000.p/255']) {
      expect(isTilePath(path)).toBe(true);
    }
    for (const path of [
      'tile/0/../../log.pem',
      'tile/64/000',
      'tile/0/0',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/0/x001',
      'checkpoint',
      'tile/0/000\n',
    ]) {
      expect([path, isTilePath(path)]).toEqual([path, false]);
    }
  });
});
