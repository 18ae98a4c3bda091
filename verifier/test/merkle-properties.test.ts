import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../src/encoding/bytes.ts';
import {
  commitTo,
  encodeEntry,
  entryTypes,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../src/index.ts';
import { sparseTree, splitOf } from './support/sparse-tree.ts';

const largest = 300;
/** Every leaf known, so every smaller tree too. */
const whole = sparseTree(Array.from({ length: largest + 1 }, (_, i) => i));
const sizes = fc.bigInt({ min: 2n, max: 2n ** 40n }).map(Number);
/** Sizes that sit on or beside a power of two, where proofs change shape. */
const edges = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -1, max: 1 }))
  .map(([height, off]) => Math.max(2, 2 ** height + off));
const anySize = fc.oneof(sizes, edges);

describe(`when a tree has any size up to ${largest}`, () => {
  test('then the proof of every leaf is accepted at its place and at no other', () => {
    for (let treeSize = 1; treeSize <= largest; treeSize++) {
      const root = whole.root(treeSize);
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
        const proof = whole.inclusion(leafIndex, treeSize);
        const request = { treeSize, root, proof, leafHash: whole.leaf(leafIndex) };
        const accepted = (at: number) => verifyInclusion({ ...request, leafIndex: at });
        if (!accepted(leafIndex)) throw new Error(`leaf ${leafIndex} of ${treeSize} is refused`);
        const others = [leafIndex ^ 1, treeSize - 1 - leafIndex];
        for (let at = 0; at < treeSize && treeSize <= 40; at++) others.push(at);
        const wrong = others.find((at) => at !== leafIndex && accepted(at));
        if (wrong !== undefined)
          throw new Error(`the proof of ${leafIndex} passes for ${wrong} of ${treeSize}`);
      }
    }
  });

  test('then the proof between any two sizes is accepted, and not for a neighbouring size', () => {
    for (let size2 = 1; size2 <= largest; size2++) {
      const root2 = whole.root(size2);
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = whole.consistency(size1, size2);
        const request = { size1, size2, root1: whole.root(size1), root2, proof };
        if (!verifyConsistency(request)) throw new Error(`${size1} to ${size2} is refused`);
        if (size1 < size2 && verifyConsistency({ ...request, root1: root2 }))
          throw new Error(`the root of ${size2} passes for ${size1}`);
      }
    }
  });
});

describe('when a tree has up to 2^40 leaves', () => {
  test('then a leaf’s proof is accepted for it, and for no other leaf, size or hash', () => {
    fc.assert(
      fc.property(anySize, fc.double({ min: 0, max: 1, noNaN: true }), sizes, (treeSize, where, other) => {
        const leafIndex = Math.min(treeSize - 1, Math.floor(where * treeSize));
        const tree = sparseTree([leafIndex, leafIndex + 1]);
        const proof = tree.inclusion(leafIndex, treeSize);
        const request = {
          leafIndex,
          treeSize,
          root: tree.root(treeSize),
          leafHash: tree.leaf(leafIndex),
          proof,
        };
        expect(verifyInclusion(request)).toBe(true);
        for (const at of [other % treeSize, leafIndex - 1, leafIndex + 1, leafIndex + 2 ** 32]) {
          if (at !== leafIndex) expect(verifyInclusion({ ...request, leafIndex: at })).toBe(false);
        }
        for (const [at, hash] of proof.entries()) {
          const wrong = proof.with(at, hash.with(at % 32, (hash[at % 32] ?? 0) ^ 1));
          expect(verifyInclusion({ ...request, proof: wrong })).toBe(false);
        }
        expect(verifyInclusion({ ...request, proof: proof.slice(1) })).toBe(false);
        expect(verifyInclusion({ ...request, proof: [...proof, request.root] })).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('then growth is proven between its sizes, and no other history passes', () => {
    fc.assert(
      fc.property(anySize, anySize, sizes, (a, b, other) => {
        const [size1, size2] = [Math.min(a, b), Math.max(a, b)];
        const tree = sparseTree([size1]);
        const proof = tree.consistency(size1, size2);
        const request = { size1, size2, root1: tree.root(size1), root2: tree.root(size2), proof };
        expect(verifyConsistency(request)).toBe(true);
        const another = sparseTree([size1], 1);
        expect(verifyConsistency({ ...request, root1: another.root(size1) })).toBe(false);
        expect(verifyConsistency({ ...request, root2: another.root(size2) })).toBe(false);
        if (size1 === size2) return;
        expect(verifyConsistency({ ...request, proof: another.consistency(size1, size2) })).toBe(false);
        expect(verifyConsistency({ ...request, proof: [...proof, request.root1] })).toBe(false);
        expect(verifyConsistency({ ...request, proof: proof.slice(0, -1) })).toBe(false);
        // A proof fixes the shape of both trees; where another smaller size has the same shape it has another root.
        if (other < size2 && other !== size1) {
          const moved = sparseTree([other], 1);
          expect(verifyConsistency({ ...request, size1: other, root1: moved.root(other) })).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('when an inner node is passed off as a leaf', () => {
  test('then it has no place in the tree of the signed size', () => {
    fc.assert(
      fc.property(anySize, fc.double({ min: 0, max: 1, noNaN: true }), (treeSize, where) => {
        const leafIndex = Math.min(treeSize - 1, Math.floor(where * treeSize));
        const tree = sparseTree([leafIndex, leafIndex + 1]);
        const [root, proof] = [tree.root(treeSize), tree.inclusion(leafIndex, treeSize)];
        // Up the path: each inner node over the leaf, with what is left of the proof.
        let [start, end] = [0, treeSize];
        for (let left = proof.length; left >= 1; left--) {
          const node = sparseHash(tree, proof, leafIndex, [start, end], left);
          const request = { treeSize, root, leafHash: node, proof: proof.slice(left) };
          for (const at of [leafIndex, start, end - 1, Math.floor(leafIndex / 2 ** left)]) {
            expect(verifyInclusion({ ...request, leafIndex: at })).toBe(false);
          }
          const middle = start + splitOf(end - start);
          [start, end] = leafIndex < middle ? [start, middle] : [middle, end];
        }
      }),
      { numRuns: 200 },
    );
  });

  test('then no entry hashes to it: leaves and nodes are hashed apart, and an entry never looks like two hashes', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom(...entryTypes), (left, right, type) => {
        const node = nodeHash(left, right);
        for (const entry of [concat(left, right), concat(Uint8Array.of(1), left, right)]) {
          expect(leafHash(entry)).not.toEqual(node);
        }
        const entry = encodeEntry({ type, issuer: 'land-office', commitment: commitTo('x', left) });
        expect(entry.length).toBeGreaterThan(64);
      }),
    );
  });
});

/** The node over `leafIndex` that covers the range: the leaf folded with the first `count` hashes of its proof. */
function sparseHash(
  tree: ReturnType<typeof sparseTree>,
  proof: readonly Uint8Array[],
  leafIndex: number,
  [start, end]: [number, number],
  count: number,
): Uint8Array {
  if (count === 0) return tree.leaf(leafIndex);
  const sibling = proof[count - 1] ?? new Uint8Array();
  const middle = start + splitOf(end - start);
  return leafIndex < middle
    ? nodeHash(sparseHash(tree, proof, leafIndex, [start, middle], count - 1), sibling)
    : nodeHash(sibling, sparseHash(tree, proof, leafIndex, [middle, end], count - 1));
}
