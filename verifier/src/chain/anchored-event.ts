import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex, utf8 } from '../encoding/bytes.ts';

/** First topic of the event by which every contract that this project ever deployed tells of an anchor. */
export const anchoredTopic = `0x${hex(keccak_256(utf8('Anchored(uint64,bytes32)')))}`;

/** The size as that event tells it. */
export function sizeTopic(size: number): string {
  return `0x${size.toString(16).padStart(64, '0')}`;
}
