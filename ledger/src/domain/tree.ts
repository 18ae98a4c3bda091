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

/** Leaves from `start` to before `end`, `start` aligned as in a proof. */
type Range = readonly [start: number, end: number];

/** The largest power of two that is not larger than `count`, as its exponent. */
function heightOf(count: number): number {
  const height = Math.floor(Math.log2(count));
  // Near a power of two the logarithm of a large number is rounded up to it.
  return 2 ** height > count ? height - 1 : height;
}

/** The largest power of two smaller than `count`, `count` > 1. */
function splitOf(count: number): number {
  return 2 ** heightOf(count - 1);
}

export async function treeRoot(readTile: ReadTile, size: number): Promise<Uint8Array> {
  if (size === 0) return emptyRoot;
  const [root] = await hashesOf(readTile, [[0, size]]);
  return root as Uint8Array;
}

/** Inclusion proof of a leaf in the tree of `size` (RFC 9162, section 2.1.3.1), leaf's sibling first. */
export async function inclusionPath(readTile: ReadTile, index: number, size: number): Promise<Uint8Array[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push([middle, end]);
      end = middle;
    } else {
      path.push([start, middle]);
      start = middle;
    }
  }
  return hashesOf(readTile, path.reverse());
}

/** Consistency proof from the tree of `size1` to that of `size2` (RFC 9162, section 2.1.4.1). */
export async function consistencyPath(
  readTile: ReadTile,
  size1: number,
  size2: number,
): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(size1) && size1 > 0 && size1 <= size2)) throw new RangeError('no such sizes');
  if (size1 === size2) return [];
  const path: Range[] = [];
  let [start, end] = [0, size2];
  while (size1 !== end) {
    const middle = start + splitOf(end - start);
    if (size1 <= middle) {
      path.push([middle, end]);
      end = middle;
    } else {
      path.push([start, middle]);
      start = middle;
    }
  }
  // The whole old tree needs no hash of its own: the verifier holds its root.
  if (start > 0) path.push([start, end]);
  return hashesOf(readTile, path.reverse());
}

/** Merkle tree hashes of ranges of leaves (RFC 9162, section 2.1.1): each tile that they need is read once. */
async function hashesOf(readTile: ReadTile, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const needed = new Map<string, TilePlace & { atLeast: number }>();
  for (const range of ranges) {
    for (const { level, position, end } of subtreesOf(range)) {
      const key = `${level}/${position}`;
      const atLeast = Math.max(needed.get(key)?.atLeast ?? 0, end);
      needed.set(key, { level, position, atLeast });
    }
  }
  const tiles = new Map<string, Uint8Array>();
  for (const [key, { level, position, atLeast }] of needed) {
    const tile = await readTile({ level, position }, atLeast);
    if (tile.length < atLeast * 32) throw new Error(`tile ${key} is too short`);
    tiles.set(key, tile);
  }
  // Joined from the right, as the tree is when its size is no power of two.
  return ranges.map((range) =>
    subtreesOf(range)
      .map(({ level, position, start, end }) =>
        foldOf(tiles.get(`${level}/${position}`) as Uint8Array, start, end),
      )
      .reduceRight((right, left) => nodeHash(left, right)),
  );
}

/** Hashes `start` to before `end` of a tile stand below one node. */
type Subtree = TilePlace & { readonly start: number; readonly end: number };

/** The perfect subtrees that a range of leaves consists of, largest first. */
function subtreesOf([from, end]: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let start = from; start < end; ) {
    const height = heightOf(end - start);
    const level = Math.floor(height / tileHeight);
    const below = 2 ** (height - level * tileHeight);
    const first = start / tileWidth ** level;
    const inTile = first % tileWidth;
    subtrees.push({ level, position: Math.floor(first / tileWidth), start: inTile, end: inTile + below });
    start += 2 ** height;
  }
  return subtrees;
}

/** What was folded of a tile that is kept in memory, by first and last hash; gone with the tile. */
const foldedOf = new WeakMap<Uint8Array, Map<number, Uint8Array>>();

function foldOf(tile: Uint8Array, start: number, end: number): Uint8Array {
  if (end - start === 1) return tile.subarray(start * 32, end * 32);
  const folded = foldedOf.get(tile) ?? new Map<number, Uint8Array>();
  foldedOf.set(tile, folded);
  const key = start * (tileWidth + 1) + end;
  const hash = folded.get(key) ?? foldPerfect(tile.subarray(start * 32, end * 32));
  folded.set(key, hash);
  return hash;
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
