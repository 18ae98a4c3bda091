import { leafHash, nodeHash } from '../../src/index.ts';

/** The largest power of two smaller than `count`, `count` > 1 (RFC 9162, section 2.1.1). */
export function splitOf(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

type Range = readonly [start: number, end: number];

/**
 * A tree of any size, known only along `marks`: a perfect subtree that holds no mark inside is one made-up hash,
 * every other range is put together by the recursive definitions of RFC 9162, section 2.1. So a tree of 2^40 leaves costs 40 hashes.
 */
export function sparseTree(marks: readonly number[], seed = 0) {
  const known = new Map<string, Uint8Array>();

  function hashOf([start, end]: Range): Uint8Array {
    const key = `${start}-${end}`;
    const seen = known.get(key);
    if (seen) return seen;
    const half = end - start > 1 ? splitOf(end - start) : 0;
    const isOpen = half > 0 && (end - start !== 2 * half || marks.some((mark) => mark > start && mark < end));
    const middle = start + half;
    const hash = isOpen
      ? nodeHash(hashOf([start, middle]), hashOf([middle, end]))
      : leafHash(new Uint8Array(Buffer.from(`${seed} ${key}`)));
    known.set(key, hash);
    return hash;
  }

  return {
    root: (size: number) => hashOf([0, size]),
    leaf: (index: number) => hashOf([index, index + 1]),
    /** RFC 9162, section 2.1.3.1; the leaf's own borders must be marked. */
    inclusion(index: number, size: number): Uint8Array[] {
      const path: Uint8Array[] = [];
      let [start, end] = [0, size];
      while (end - start > 1) {
        const middle = start + splitOf(end - start);
        const inLeft = index < middle;
        path.unshift(hashOf(inLeft ? [middle, end] : [start, middle]));
        [start, end] = inLeft ? [start, middle] : [middle, end];
      }
      return path;
    },
    /** RFC 9162, section 2.1.4.1; `size1` must be marked. */
    consistency(size1: number, size2: number): Uint8Array[] {
      const subproof = (m: number, [start, end]: Range, whole: boolean): Uint8Array[] => {
        if (m === end - start) return whole ? [] : [hashOf([start, end])];
        const k = splitOf(end - start);
        const [left, right]: [Range, Range] = [
          [start, start + k],
          [start + k, end],
        ];
        return m <= k
          ? [...subproof(m, left, whole), hashOf(right)]
          : [...subproof(m - k, right, false), hashOf(left)];
      };
      return subproof(size1, [0, size2], true);
    },
  };
}
