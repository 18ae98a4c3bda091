import { keccak_256 } from '@noble/hashes/sha3.js';
import { equalBytes } from '../encoding/bytes.ts';
import { decodeRlp, type Rlp } from './rlp.ts';

/**
 * The value that a Merkle Patricia trie holds under a key (Ethereum yellow paper, appendix D).
 *
 * @param nodes the trie's nodes on the way from the root, each as RLP; exactly those, no more
 * @returns undefined if they do not prove one
 */
export function provenValue(
  root: Uint8Array,
  key: Uint8Array,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  const path = [...key].flatMap((byte) => [byte >> 4, byte & 15]);
  const left = [...nodes];
  let at = 0;
  let reference: Rlp | undefined = root;
  // Each turn goes on along the path or ends, so there are no more of them than half bytes in the key.
  for (;;) {
    const node = resolve(reference, left);
    if (node?.length === 17) {
      if (at === path.length) return ending(node[16], left);
      reference = node[path[at] as number];
      at += 1;
    } else if (node?.length === 2) {
      const step = readStep(node[0]);
      if (!step || step.path.some((nibble, index) => nibble !== path[at + index])) return undefined;
      at += step.path.length;
      if (step.isLeaf) return at === path.length ? ending(node[1], left) : undefined;
      if (step.path.length === 0) return undefined;
      reference = node[1];
    } else return undefined;
  }
}

/** A node of 32 bytes or more stands by its hash, a smaller one in its parent's place. */
function resolve(reference: Rlp | undefined, left: Uint8Array[]): readonly Rlp[] | undefined {
  if (!(reference instanceof Uint8Array)) return reference;
  const next = left.shift();
  if (!next || reference.length !== 32 || !equalBytes(keccak_256(next), reference)) return undefined;
  const node = decodeRlp(next);
  return node instanceof Uint8Array ? undefined : node;
}

function ending(value: Rlp | undefined, left: readonly Uint8Array[]): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length > 0 && left.length === 0 ? value : undefined;
}

/** The part of a path that a leaf or an extension stands for ("hex-prefix" encoding). */
function readStep(prefix: Rlp | undefined): { isLeaf: boolean; path: number[] } | undefined {
  if (!(prefix instanceof Uint8Array) || prefix.length === 0) return undefined;
  const nibbles = [...prefix].flatMap((byte) => [byte >> 4, byte & 15]);
  const [flags = 0, second] = nibbles;
  const isOdd = (flags & 1) === 1;
  if (flags > 3 || (!isOdd && second !== 0)) return undefined;
  return { isLeaf: flags >= 2, path: nibbles.slice(isOdd ? 1 : 2) };
}
