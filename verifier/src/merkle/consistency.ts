import { equalBytes } from '../encoding/bytes.ts';
import { emptyRoot, nodeHash } from './hash.ts';

export type ConsistencyProof = {
  /** Tree sizes, safe integers, size1 <= size2. */
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * Whether the larger tree only appended to the smaller one (RFC 9162, section 2.1.4.2).
 * Equal trees need equal roots and no proof. From the empty tree nothing can be proven, so 0 < n is refused.
 */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyProof): boolean {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2)) return false;
  if (size1 < 0 || size1 > size2) return false;
  if (![root1, root2, ...proof].every((hash) => hash.length === 32)) return false;
  if (size1 === size2) {
    return proof.length === 0 && equalBytes(root1, root2) && (size1 > 0 || equalBytes(root1, emptyRoot));
  }
  if (size1 === 0) return false;
  return hashesToBoth(size1, size2, root1, root2, proof);
}

function hashesToBoth(
  size1: number,
  size2: number,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  let node = size1 - 1;
  let last = size2 - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  // A size that is a power of two has its root in both trees, so the proof leaves it out.
  const path = node === 0 ? [root1, ...proof] : proof;
  const [seed, ...rest] = path;
  if (!seed || proof.length === 0) return false;
  let first = seed;
  let second = seed;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      first = nodeHash(hash, first);
      second = nodeHash(hash, second);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      second = nodeHash(second, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(first, root1) && equalBytes(second, root2);
}
