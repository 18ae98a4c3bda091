import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64 } from '../src/encoding/bytes.ts';
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from '../src/index.ts';
import { judgeLine } from '../src/merkle/batch.ts';
import { consistencyPath, inclusionPath, rootOf } from './support/tree.ts';

const leaves = Array.from({ length: 70 }, (_, i) => leafHash(Uint8Array.of(i, i >> 8)));
const flip = (bytes: Uint8Array, at = 0) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const size = fc.integer({ min: 1, max: 64 });

describe('when a leaf stands in a tree', () => {
  test('then its proof is accepted at its own place and nowhere else', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (treeSize, a, b) => {
        const tree = leaves.slice(0, treeSize);
        const leafIndex = a % treeSize;
        const request = {
          leafIndex,
          treeSize,
          root: rootOf(tree),
          leafHash: tree[leafIndex] ?? emptyRoot,
          proof: inclusionPath(leafIndex, tree),
        };
        expect(verifyInclusion(request)).toBe(true);
        const elsewhere = b % treeSize;
        if (elsewhere !== leafIndex) {
          expect(verifyInclusion({ ...request, leafIndex: elsewhere })).toBe(false);
          expect(verifyInclusion({ ...request, leafHash: tree[elsewhere] ?? emptyRoot })).toBe(false);
        }
        expect(verifyInclusion({ ...request, proof: [...request.proof, emptyRoot] })).toBe(false);
        expect(verifyInclusion({ ...request, root: flip(request.root, b % 32) })).toBe(false);
        if (request.proof.length > 0) {
          expect(verifyInclusion({ ...request, proof: request.proof.slice(1) })).toBe(false);
          expect(verifyInclusion({ ...request, proof: request.proof.slice(0, -1) })).toBe(false);
          expect(verifyInclusion({ ...request, proof: request.proof.map((p) => flip(p)) })).toBe(false);
        }
      }),
    );
  });

  test('then an inner node is not accepted as a leaf of a smaller tree', () => {
    const [a, b] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
    const root = nodeHash(a, b);
    const forged = leafHash(Uint8Array.of(...a, ...b));
    expect(verifyInclusion({ leafIndex: 0, treeSize: 1, root, leafHash: forged, proof: [] })).toBe(false);
  });

  test('then sizes beyond 32 bits are computed right', () => {
    // One leaf at 2^40 - 1 of a tree of 2^40: forty siblings, all on the left.
    const leaf = leaves[50] ?? emptyRoot;
    let hash = leaf;
    const proof = Array.from({ length: 40 }, (_, i) => leaves[i] ?? emptyRoot);
    for (const sibling of proof) hash = nodeHash(sibling, hash);
    const request = {
      leafIndex: 2 ** 40 - 1,
      treeSize: 2 ** 40,
      root: hash,
      leafHash: leaf,
      proof,
    };
    expect(verifyInclusion(request)).toBe(true);
    expect(verifyInclusion({ ...request, leafIndex: 2 ** 40 - 2 })).toBe(false);
    expect(verifyInclusion({ ...request, treeSize: 2 ** 40 + 1 })).toBe(false);
  });

  test('then indexes that are no indexes are refused', () => {
    const base = { root: leaves[0] ?? emptyRoot, leafHash: leaves[0] ?? emptyRoot, proof: [] };
    for (const [leafIndex, treeSize] of [
      [-1, 1],
      [1, 1],
      [0, 0],
      [0.5, 1],
      [Number.NaN, 1],
      [0, 2 ** 53],
    ]) {
      expect(verifyInclusion({ ...base, leafIndex: leafIndex ?? 0, treeSize: treeSize ?? 0 })).toBe(false);
    }
  });
});

describe('when a tree grows', () => {
  test('then the proof between any two sizes is accepted, and no other', () => {
    for (let size2 = 1; size2 <= 40; size2++) {
      const tree = leaves.slice(0, size2);
      for (let size1 = 1; size1 <= size2; size1++) {
        const root1 = rootOf(tree.slice(0, size1));
        const request = { size1, size2, root1, root2: rootOf(tree), proof: consistencyPath(size1, tree) };
        expect(verifyConsistency(request)).toBe(true);
        expect(verifyConsistency({ ...request, root1: flip(root1) })).toBe(false);
        expect(verifyConsistency({ ...request, root2: flip(request.root2) })).toBe(false);
        expect(verifyConsistency({ ...request, proof: [...request.proof, root1] })).toBe(false);
        expect(verifyConsistency({ ...request, proof: [root1, ...request.proof] })).toBe(false);
        if (size1 < size2) {
          expect(verifyConsistency({ ...request, proof: [] })).toBe(false);
          expect(verifyConsistency({ ...request, proof: request.proof.slice(0, -1) })).toBe(false);
          expect(verifyConsistency({ ...request, size1: size2, size2: size1 })).toBe(false);
        }
      }
    }
  });

  test('then nothing is proven from the empty tree', () => {
    const root = leaves[0] ?? emptyRoot;
    const from = (size1: number, size2: number, root1: Uint8Array, root2: Uint8Array) =>
      verifyConsistency({ size1, size2, root1, root2, proof: [] });
    expect(from(0, 1, emptyRoot, root)).toBe(false);
    expect(from(0, 0, emptyRoot, emptyRoot)).toBe(true);
    expect(from(0, 0, root, root)).toBe(false);
  });
});

describe('when lines come in a batch', () => {
  const tree = leaves.slice(0, 5);
  const inclusion = {
    id: 'a',
    kind: 'inclusion',
    leafIndex: 3,
    treeSize: 5,
    root: base64(rootOf(tree)),
    leafHash: base64(tree[3] ?? emptyRoot),
    proof: inclusionPath(3, tree).map(base64),
  };
  const consistency = {
    id: 7,
    kind: 'consistency',
    size1: 3,
    size2: 5,
    root1: base64(rootOf(tree.slice(0, 3))),
    root2: base64(rootOf(tree)),
    proof: consistencyPath(3, tree).map(base64),
  };

  test('then right proofs are valid under their ids', () => {
    expect(judgeLine(JSON.stringify(inclusion))).toEqual({ id: 'a', valid: true });
    expect(judgeLine(JSON.stringify(consistency))).toEqual({ id: 7, valid: true });
  });

  test('then a line that is not of the form is not valid, and nothing throws', () => {
    const wrong: unknown[] = [
      { ...inclusion, leafIndex: '3' },
      { ...inclusion, leafIndex: true },
      { ...inclusion, treeSize: null },
      { ...inclusion, root: inclusion.root.replace('=', '') },
      { ...inclusion, root: `${inclusion.root} ` },
      { ...inclusion, proof: 'none' },
      { ...inclusion, proof: [...inclusion.proof.slice(0, -1), 'AAAA'] },
      { ...inclusion, proof: { length: 0 } },
      { ...inclusion, kind: 'consistency' },
      { ...consistency, kind: 'Consistency' },
      { ...consistency, size1: 3.5 },
      [],
      null,
      'text',
    ];
    for (const line of wrong) expect(judgeLine(JSON.stringify(line)).valid).toBe(false);
    expect(judgeLine('{')).toEqual({ id: null, valid: false });
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(JSON.stringify(judgeLine(`{"id":${nested}}`))).toBe('{"id":null,"valid":false}');
    expect(judgeLine(`{"id":1,"kind":"inclusion","proof":${nested}}`)).toEqual({ id: 1, valid: false });
    fc.assert(fc.property(fc.jsonValue(), (value) => judgeLine(JSON.stringify(value)).valid === false));
    fc.assert(fc.property(fc.string(), (text) => judgeLine(text).valid === false));
  });

  test('then another spelling of the same hash is refused', () => {
    // The last character of a 32-byte value holds two unused bits.
    const respelled = `${inclusion.root.slice(0, -2) + String.fromCharCode(inclusion.root.charCodeAt(42) + 1)}=`;
    expect(judgeLine(JSON.stringify({ ...inclusion, root: respelled })).valid).toBe(false);
  });
});
