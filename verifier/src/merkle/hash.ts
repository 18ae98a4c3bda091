import { concat, sha256 } from '../encoding/bytes.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162, section 2.1.1). */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** Hash of a leaf (RFC 9162, section 2.1.1). The prefixes keep an inner node from passing as a leaf. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(leafPrefix, entry));
}

/** Hash of an inner node over its two 32-byte children (RFC 9162, section 2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(nodePrefix, left, right));
}
