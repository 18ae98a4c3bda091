import { emptyRoot } from '@xinlu/verifier';
import { foldInto, foldPerfect, nodeHash } from './hash.ts';

export const tileHeight = 8;
export const tileWidth = 256;
const tileBytes = tileWidth * 32;

/** Where a hash tile stands (C2SP tlog-tiles): a level holds hashes of subtrees of 256^level leaves. */
export type TilePlace = { readonly level: number; readonly position: number };

/**
 * Reads hash tiles of one log. A tile may hold more hashes than a tree size needs, never fewer;
 * rejects if the tile does not exist.
 *
 * @param atLeast how many of its hashes will be looked at
 */
export type ReadTile = (place: TilePlace, atLeast: number) => Promise<Uint8Array>;

/** What was folded of a tile that is kept in memory, by first byte and length; gone with the tile. */
const foldedOf = new WeakMap<Uint8Array, Map<number, Uint8Array>>();

/** Hash of the perfect subtree of 2^height leaves that is the `position`-th of its height. */
async function perfectHash(readTile: ReadTile, height: number, position: number): Promise<Uint8Array> {
  const level = Math.floor(height / tileHeight);
  const below = height - level * tileHeight;
  const first = position * 2 ** below;
  const start = (first % tileWidth) * 32;
  const end = start + 2 ** below * 32;
  const tile = await readTile({ level, position: Math.floor(first / tileWidth) }, end / 32);
  if (tile.length < end) throw new Error(`tile ${level}/${position} is too short`);
  if (below === 0) return tile.subarray(start, end);
  const folded = foldedOf.get(tile) ?? new Map<number, Uint8Array>();
  foldedOf.set(tile, folded);
  const key = start * tileWidth + below;
  const hash = folded.get(key) ?? foldPerfect(tile.subarray(start, end));
  folded.set(key, hash);
  return hash;
}

/** Merkle tree hash of the leaves from `start` to `end` (RFC 9162, section 2.1.1), `start` aligned as in a proof. */
async function rangeHash(readTile: ReadTile, start: number, end: number): Promise<Uint8Array> {
  const count = end - start;
  const height = Math.log2(count);
  if (Number.isInteger(height)) return perfectHash(readTile, height, start / count);
  const middle = start + splitOf(count);
  return nodeHash(await rangeHash(readTile, start, middle), await rangeHash(readTile, middle, end));
}

/** The largest power of two smaller than `count`, `count` > 1. */
function splitOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}

export async function treeRoot(readTile: ReadTile, size: number): Promise<Uint8Array> {
  return size === 0 ? emptyRoot : rangeHash(readTile, 0, size);
}

/** Inclusion proof of a leaf in the tree of `size` (RFC 9162, section 2.1.3.1), leaf's sibling first. */
export async function inclusionPath(readTile: ReadTile, index: number, size: number): Promise<Uint8Array[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push(await rangeHash(readTile, middle, end));
      end = middle;
    } else {
      path.push(await rangeHash(readTile, start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/** Consistency proof from the tree of `size1` to that of `size2` (RFC 9162, section 2.1.4.1). */
export async function consistencyPath(
  readTile: ReadTile,
  size1: number,
  size2: number,
): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(size1) && size1 > 0 && size1 <= size2)) throw new RangeError('no such sizes');
  if (size1 === size2) return [];
  const path: Uint8Array[] = [];
  let [start, end] = [0, size2];
  while (size1 !== end) {
    const middle = start + splitOf(end - start);
    if (size1 <= middle) {
      path.push(await rangeHash(readTile, middle, end));
      end = middle;
    } else {
      path.push(await rangeHash(readTile, start, middle));
      start = middle;
    }
  }
  // The whole old tree needs no hash of its own: the verifier holds its root.
  if (start > 0) path.push(await rangeHash(readTile, start, end));
  return path.reverse();
}

/**
 * Appends leaf hashes to the tiles of a tree: reads only the rightmost tile of each level, and hashes each inner node
 * once.
 *
 * @param leaves hashes of leaves, one after the other
 * @returns the tiles that are new or grown, parts of `leaves` where they can be; the input tiles are not changed
 */
export async function appendLeaves(
  readTile: ReadTile,
  size: number,
  leaves: Uint8Array,
): Promise<(TilePlace & { hashes: Uint8Array })[]> {
  const grown: (TilePlace & { hashes: Uint8Array })[] = [];
  let [count, fresh] = [size, leaves];
  for (let level = 0; fresh.length > 0; level++) {
    const width = count % tileWidth;
    let position = Math.floor(count / tileWidth);
    if (width > 0) {
      const standing = await readTile({ level, position }, width);
      fresh = Buffer.concat([standing.subarray(0, width * 32), fresh]);
    }
    const full = Buffer.allocUnsafe(Math.floor(fresh.length / tileBytes) * 32);
    for (let at = 0; at < fresh.length; at += tileBytes, position++) {
      const hashes = fresh.subarray(at, at + tileBytes);
      grown.push({ level, position, hashes });
      if (hashes.length === tileBytes) foldInto(hashes, full, (at / tileBytes) * 32);
    }
    count = Math.floor(count / tileWidth);
    fresh = full;
  }
  return grown;
}

/** A reader that looks into `over` first: for computing a root before the new tiles are stored. */
export function readTileOver(
  over: readonly (TilePlace & { hashes: Uint8Array })[],
  readTile: ReadTile,
): ReadTile {
  const fresh = new Map(over.map(({ level, position, hashes }) => [`${level}/${position}`, hashes]));
  return async (place, atLeast) => fresh.get(`${place.level}/${place.position}`) ?? readTile(place, atLeast);
}
