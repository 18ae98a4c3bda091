import { hash } from 'node:crypto';

/**
 * Hashes of the tree (RFC 9162, section 2.1.1), the same as the verifier's. The verifier runs in browsers and hashes in
 * JavaScript; the log hashes every node it ever stores, so it takes Node's one-shot hash, by its fastest way in and
 * out: a view made once, and a latin1 string (Node also calls it binary), whose characters are the bytes one to one.
 */
const sha256 = (input: Uint8Array): string => hash('sha256', input, 'binary');

const nodePrefix = 1;

/** Inner nodes hashed in one go: those over a whole tile. */
const lanes = 128;
/** Of one lane: seven bytes unused, the prefix, two children. So children begin at a word and are copied by words. */
const laneBytes = 72;
const laneWords = laneBytes / 4;
/** What stands before the children in a lane, as text. */
const laneHead = `${'\0'.repeat(7)}${String.fromCharCode(nodePrefix)}`;

/** Filled anew for each hash and never kept. */
const inputs = Buffer.alloc(lanes * laneBytes, 0);
const inputWords = new Int32Array(inputs.buffer, inputs.byteOffset, lanes * laneWords);
const nodeInputs = Array.from({ length: lanes }, (_, lane) => {
  inputs[lane * laneBytes + 7] = nodePrefix;
  return inputs.subarray(lane * laneBytes + 7, (lane + 1) * laneBytes);
});
const nodeInput = nodeInputs[0] as Buffer;

/** A copy of what is folded that begins at a word: hashes from a database begin anywhere. */
const aligned = new Uint8Array(lanes * 64);
const alignedWords = new Int32Array(aligned.buffer);

/** Hash of an inner node over its two 32-byte children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return Buffer.from(sha256(nodeInput), 'latin1');
}

/** Hashes of leaves over the UTF-8 of these texts, one after the other. */
export function leafHashes(entries: readonly string[]): Uint8Array {
  const hashes = Buffer.allocUnsafe(entries.length * 32);
  let at = 0;
  for (const entry of entries) at += hashes.write(hash('sha256', `\0${entry}`, 'binary'), at, 32, 'latin1');
  return hashes;
}

/** Root over a power of two of hashes, at most a tile's, that stand one after the other. */
export function foldPerfect(hashes: Uint8Array): Uint8Array {
  if (hashes.length === 32) return hashes;
  return Buffer.from(foldToText(hashes), 'latin1');
}

/** The root over two hashes or more, written into `target` at a byte. */
export function foldInto(hashes: Uint8Array, target: Buffer, at: number): void {
  target.write(foldToText(hashes), at, 32, 'latin1');
}

function foldToText(hashes: Uint8Array): string {
  let count = hashes.length / 64;
  if (count < 1 || count > lanes || !Number.isInteger(Math.log2(count)))
    throw new RangeError('no power of two of hashes');
  fillLanes(hashes, count);
  for (; count > 1; count /= 2) {
    // One write for all the inputs of the next level: one for each hash would cost as much as a tenth of hashing it.
    let next = '';
    for (let lane = 0; lane < count; lane += 2) {
      next += laneHead + sha256(nodeInputs[lane] as Buffer) + sha256(nodeInputs[lane + 1] as Buffer);
    }
    inputs.write(next, 0, next.length, 'latin1');
  }
  return sha256(nodeInput);
}

function fillLanes(hashes: Uint8Array, count: number): void {
  aligned.set(hashes);
  for (let lane = 0; lane < count; lane++) {
    const to = lane * laneWords + 2;
    for (let word = 0; word < 16; word++) inputWords[to + word] = alignedWords[lane * 16 + word] as number;
  }
}
