import { leafHash, nodeHash, verifyConsistency, verifyInclusion } from '@xinlu/verifier';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as fast from '../src/domain/hash.ts';
import { rememberTiles } from '../src/domain/remembered.ts';
import {
  appendLeaves,
  consistencyPath,
  inclusionPath,
  type ReadTile,
  readTileOver,
  treeRoot,
} from '../src/domain/tree.ts';

type Pair = [Uint8Array, Uint8Array];

/** Tiles in memory, grown by batches of the given lengths. */
async function grow(batches: readonly number[]) {
  const tiles = new Map<string, Uint8Array>();
  const readTile: ReadTile = async ({ level, position }) => {
    const tile = tiles.get(`${level}/${position}`);
    if (!tile) throw new Error(`no tile ${level}/${position}`);
    return tile;
  };
  const leaves: Uint8Array[] = [];
  for (const batch of batches) {
    const fresh = Array.from({ length: batch }, (_, i) =>
      leafHash(new Uint8Array(Buffer.from(String(leaves.length + i)))),
    );
    const grown = await appendLeaves(readTile, leaves.length, Buffer.concat(fresh));
    const before = await treeRoot(readTileOver(grown, readTile), leaves.length + batch);
    for (const { level, position, hashes } of grown) tiles.set(`${level}/${position}`, hashes);
    leaves.push(...fresh);
    expect(await treeRoot(readTile, leaves.length)).toEqual(before);
  }
  return { readTile, leaves, tiles };
}

describe('when a tree grows in batches', () => {
  test('then any batching gives the same tiles', async () => {
    const whole = await grow([700]);
    const parts = await grow([1, 254, 1, 1, 300, 0, 143]);
    expect(parts.tiles).toEqual(whole.tiles);
    expect([...whole.tiles.keys()].sort()).toEqual(['0/0', '0/1', '0/2', '1/0']);
  });

  test('then every inclusion proof of every size up to 300 verifies', async () => {
    const { readTile, leaves } = await grow([300]);
    for (let treeSize = 1; treeSize <= 300; treeSize += treeSize < 20 ? 1 : 7) {
      const root = await treeRoot(readTile, treeSize);
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex += treeSize < 40 ? 1 : 11) {
        const proof = await inclusionPath(readTile, leafIndex, treeSize);
        const hash = leaves[leafIndex] ?? new Uint8Array();
        expect(verifyInclusion({ leafIndex, treeSize, root, leafHash: hash, proof })).toBe(true);
      }
    }
  });

  test('then consistency holds between any two sizes, across tile levels too', async () => {
    const { readTile } = await grow([66_000]);
    const size = fc.integer({ min: 1, max: 66_000 });
    await fc.assert(
      fc.asyncProperty(size, size, async (a, b) => {
        const [size1, size2] = [Math.min(a, b), Math.max(a, b)];
        const proof = await consistencyPath(readTile, size1, size2);
        const [root1, root2] = [await treeRoot(readTile, size1), await treeRoot(readTile, size2)];
        expect(verifyConsistency({ size1, size2, root1, root2, proof })).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('then remembered tiles give the same proofs while the tree grows, and are read once each', async () => {
    const whole = await grow([1_000]);
    const reads: string[] = [];
    let width = 0;
    // A reader of a tree that holds `width` leaves so far.
    const growing: ReadTile = async (place, atLeast) => {
      reads.push(`${place.level}/${place.position}`);
      const tile = await whole.readTile(place, atLeast);
      const span = 256 ** place.level;
      return tile.subarray(0, Math.max(0, Math.floor(width / span) - place.position * 256) * 32);
    };
    const remembered = rememberTiles(growing);
    for (width = 1; width <= 1_000; width += 37) {
      for (const index of [0, Math.floor(width / 2), width - 1]) {
        const ours = await inclusionPath(remembered, index, width);
        expect(ours).toEqual(await inclusionPath(whole.readTile, index, width));
      }
    }
    width = 1_000;
    reads.length = 0;
    for (let index = 0; index < 256; index++) await inclusionPath(remembered, index, 1_000);
    expect(new Set(reads).size).toBe(reads.length);
  });

  test('then leaves and sizes that are not there have no proof', async () => {
    const { readTile } = await grow([5]);
    await expect(inclusionPath(readTile, 5, 5)).rejects.toThrow(RangeError);
    await expect(inclusionPath(readTile, -1, 5)).rejects.toThrow(RangeError);
    await expect(consistencyPath(readTile, 0, 5)).rejects.toThrow(RangeError);
    await expect(consistencyPath(readTile, 6, 5)).rejects.toThrow(RangeError);
  });
});

describe('when the log hashes with Node’s own SHA-256', () => {
  test('then a fold of any power of two is that of its nodes one by one, wherever it begins in memory', () => {
    const input = fc.record({
      height: fc.integer({ min: 0, max: 8 }),
      offset: fc.integer({ min: 0, max: 7 }),
      bytes: fc.uint8Array({ minLength: 8192 + 7, maxLength: 8192 + 7 }),
    });
    fc.assert(
      fc.property(input, ({ height, offset, bytes }) => {
        const hashes = bytes.subarray(offset, offset + 2 ** height * 32);
        const nodes = Array.from({ length: 2 ** height }, (_, i) => hashes.slice(i * 32, i * 32 + 32));
        for (let count = nodes.length; count > 1; count /= 2) {
          for (let i = 0; i < count; i += 2)
            nodes[i / 2] = new Uint8Array(nodeHash(...(nodes.slice(i, i + 2) as Pair)));
        }
        expect(Buffer.from(fast.foldPerfect(hashes))).toEqual(Buffer.from(nodes[0] ?? []));
        if (height === 0) return;
        const target = Buffer.alloc(96, 9);
        fast.foldInto(hashes, target, 32);
        expect(target).toEqual(
          Buffer.concat([Buffer.alloc(32, 9), nodes[0] as Uint8Array, Buffer.alloc(32, 9)]),
        );
      }),
      { numRuns: 60 },
    );
  });

  test.each([3, 6, 512])('then %i hashes are no tree to fold', (count) => {
    expect(() => fast.foldPerfect(new Uint8Array(count * 32))).toThrow(RangeError);
  });

  test('then leaves and nodes are those of the verifier', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, fc.string({ unit: 'binary' }), (left, right, entry) => {
        expect(Buffer.from(fast.nodeHash(left, right))).toEqual(Buffer.from(nodeHash(left, right)));
        const entries = [entry, '', `${entry}路`];
        const hashes = entries.map((text) => leafHash(new TextEncoder().encode(text)));
        expect(Buffer.from(fast.leafHashes(entries))).toEqual(Buffer.concat(hashes));
      }),
    );
  });
});
