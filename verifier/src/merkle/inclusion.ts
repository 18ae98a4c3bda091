import { equalBytes } from '../encoding/bytes.ts';
import { nodeHash } from './hash.ts';

export type InclusionProof = {
  /** Zero-based, smaller than `treeSize`; both are safe integers. */
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly root: Uint8Array;
  readonly leafHash: Uint8Array;
  /** 32-byte hashes from the leaf's sibling up to the child of the root. */
  readonly proof: readonly Uint8Array[];
};

/** Whether a leaf stands at exactly this index of exactly this tree (RFC 9162, section 2.1.3.2). */
export function verifyInclusion({ leafIndex, treeSize, root, leafHash, proof }: InclusionProof): boolean {
  if (!Number.isSafeInteger(leafIndex) || !Number.isSafeInteger(treeSize)) return false;
  if (leafIndex < 0 || leafIndex >= treeSize) return false;
  if (![root, leafHash, ...proof].every((hash) => hash.length === 32)) return false;
  // Divisions instead of shifts: bit operators would cut sizes to 32 bits.
  let node = leafIndex;
  let last = treeSize - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, root);
}
