import { emptyRoot, encodeEntry, entryText } from '@xinlu/verifier';
import { continuedSize } from './fork-guard.ts';
import { leafHashes } from './hash.ts';
import { type LogSigner, signCheckpoint } from './log-signer.ts';
import type { LogStore, SequencerSession, StoredEntry } from './log-store.ts';
import { type Tiles, tilePath } from './tiles.ts';
import { appendLeaves, readTileOver, tileWidth, treeRoot } from './tree.ts';

type Log = { readonly store: LogStore; readonly signer: LogSigner; readonly tiles: Tiles };

/** Entries given their places in one go. */
export const batchLimit = 4096;

/**
 * One round: publish what is integrated and not yet public, integrate what waits, publish that.
 *
 * A checkpoint is signed inside the transaction that fixes its tree, and shown only after that transaction is
 * durable and its tiles are: at any moment of death the next round continues from what PostgreSQL holds.
 *
 * @returns how many entries got a place; undefined if another process is at work
 * @throws fatal `log-went-back`, with nothing signed, if what PostgreSQL holds does not continue what is published
 */
export async function sequenceOnce(log: Log): Promise<number | undefined> {
  await log.store.sequence((session) => publish(log, session));
  const placed = await log.store.sequence((session) => integrate(log, session));
  if (placed) await log.store.sequence((session) => publish(log, session));
  return placed;
}

async function integrate(log: Log, session: SequencerSession): Promise<number> {
  await continuedSize(log, session);
  const entries = await session.pending(batchLimit);
  if (entries.length === 0) return 0;
  const leaves = leafHashes(entries.map(entryText));
  const tiles = await appendLeaves(session.readTile, session.size, leaves);
  const size = session.size + entries.length;
  const root = await treeRoot(readTileOver(tiles, session.readTile), size);
  await session.grow(entries, tiles, { size, root, note: await signCheckpoint(log.signer, size, root) });
  return entries.length;
}

async function publish(log: Log, session: SequencerSession): Promise<void> {
  const { signer, tiles } = log;
  const { size, publishedSize } = session;
  // The files themselves say how far they go: lost or older ones are written again from there on.
  const shown = await continuedSize(log, session);
  if (publishedSize === size && shown === size) return;
  if (size === 0) {
    await session.begin({ size, root: emptyRoot, note: await signCheckpoint(signer, 0, emptyRoot) });
  }
  // A file waits for its disk or its store: many wait together, and the checkpoint for all of them.
  await inParallel(writesAtOnce, filesFrom(session, shown ?? 0), ({ path, content }) =>
    tiles.write(path, content),
  );
  const checkpoint = await session.checkpointAt(size);
  if (!checkpoint) throw new Error(`no checkpoint of size ${size}`);
  await tiles.write('checkpoint', Buffer.from(checkpoint.note));
  await session.markPublished(size);
}

/** Files written at once; the next are read from the database meanwhile. */
const writesAtOnce = 16;

type PublicFile = { readonly path: string; readonly content: Uint8Array };

/** The files that a tree of this session's size has and the one of `from` entries had not. */
async function* filesFrom(session: SequencerSession, from: number): AsyncGenerator<PublicFile> {
  for (let level = 0, span = 1; Math.floor(session.size / span) > 0; level++, span *= tileWidth) {
    const count = Math.floor(session.size / span);
    for (let position = Math.floor(from / span / tileWidth); position * tileWidth < count; position++) {
      const width = Math.min(tileWidth, count - position * tileWidth);
      const hashes = await session.readTile({ level, position }, width);
      yield { path: tilePath(level, position, width), content: hashes.subarray(0, width * 32) };
    }
  }
  for (let position = Math.floor(from / tileWidth); position * tileWidth < session.size; position++) {
    const width = Math.min(tileWidth, session.size - position * tileWidth);
    const entries = await session.entriesFrom(position * tileWidth, width);
    if (entries.length !== width) throw new Error(`entries missing from ${position * tileWidth}`);
    yield { path: tilePath('entries', position, width), content: entryBundle(entries) };
  }
}

/** Each entry with its length as big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
function entryBundle(entries: readonly StoredEntry[]): Uint8Array {
  const parts = entries.map((entry) => {
    const bytes = encodeEntry(entry);
    return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]);
  });
  return Buffer.concat(parts);
}

/** Works on items as they come, at most `limit` at once. Resolves when all are done; the first fault rejects, once none is under way. */
async function inParallel<Item>(
  limit: number,
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let fault: { error: unknown } | undefined;
  for await (const item of items) {
    const one = work(item)
      .catch((error: unknown) => {
        fault ??= { error };
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= limit) await Promise.race(underWay);
    if (fault) break;
  }
  await Promise.all(underWay);
  if (fault) throw fault.error;
}
