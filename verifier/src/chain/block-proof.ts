import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex } from '../encoding/bytes.ts';
import { provenValue } from './patricia.ts';
import { decodeRlp, type Rlp } from './rlp.ts';

/** What a block says that happened in one of its transactions. */
export type ProvenBlock = {
  /** 0x hex */
  readonly hash: string;
  readonly number: number;
  /** Events of the transaction, which was carried out. */
  readonly events: readonly { readonly contract: string; readonly topics: readonly string[] }[];
};

/** Places in a block's header (yellow paper, section 4.4). */
const receiptsRootAt = 5;
const numberAt = 8;
const longestProof = 262_144;

/**
 * Reads the proof that a transaction's receipt stands in a block: RLP of the header as bytes, the key of the receipt,
 * and the nodes of the receipts' trie on the way to it. Whether the block is on the chain, and final, it does not say.
 *
 * @returns undefined if it is malformed or proves nothing
 */
export function readBlockProof(bytes: Uint8Array | undefined): ProvenBlock | undefined {
  const parts = bytes && bytes.length <= longestProof ? decodeRlp(bytes) : undefined;
  if (!isList(parts) || !parts.every((part) => part instanceof Uint8Array)) return undefined;
  const [header, key, ...nodes] = parts;
  const fields = header && decodeRlp(header);
  if (!header || !key || !isList(fields)) return undefined;
  const [root, number] = [fields[receiptsRootAt], readNumber(fields[numberAt])];
  if (!(root instanceof Uint8Array) || root.length !== 32 || number === undefined) return undefined;
  const events = readEvents(provenValue(root, key, nodes));
  return events && { hash: `0x${hex(keccak_256(header))}`, number, events };
}

function isList(value: Rlp | undefined): value is readonly Rlp[] {
  return value !== undefined && !(value instanceof Uint8Array);
}

function readNumber(value: Rlp | undefined): number | undefined {
  if (!(value instanceof Uint8Array) || value.length > 6 || value[0] === 0) return undefined;
  return value.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Events of a receipt (EIP-2718, EIP-658); undefined if it is none, or that of a transaction that was not carried out. */
function readEvents(receipt: Uint8Array | undefined): ProvenBlock['events'] | undefined {
  if (!receipt) return undefined;
  const isTyped = (receipt[0] as number) <= 0x7f;
  const fields = decodeRlp(isTyped ? receipt.subarray(1) : receipt);
  if (!isList(fields) || fields.length !== 4) return undefined;
  const [status, , , logs] = fields;
  if (!(status instanceof Uint8Array) || status.length !== 1 || status[0] !== 1 || !isList(logs)) {
    return undefined;
  }
  const events = logs.map(readEvent);
  return events.every((event) => event !== undefined) ? events : undefined;
}

function readEvent(log: Rlp): ProvenBlock['events'][number] | undefined {
  const [contract, topics] = isList(log) ? log : [];
  if (!(contract instanceof Uint8Array) || contract.length !== 20 || !isList(topics)) return undefined;
  const words = topics.filter((topic) => topic instanceof Uint8Array);
  if (words.length !== topics.length || words.some(({ length }) => length !== 32)) return undefined;
  return { contract: `0x${hex(contract)}`, topics: words.map((topic) => `0x${hex(topic)}`) };
}
