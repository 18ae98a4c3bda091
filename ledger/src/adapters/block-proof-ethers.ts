import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { encodeRlp, getBytes, type JsonRpcProvider, keccak256, toBeArray } from 'ethers';
import type { AnchorPlace } from '../domain/anchor-queue.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a header in their order (yellow paper, section 4.4, and the forks since); q is a quantity. */
const headerFields = [
  ...['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'],
  ...['q:difficulty', 'q:number', 'q:gasLimit', 'q:gasUsed', 'q:timestamp', 'extraData', 'mixHash', 'nonce'],
  ...['q:baseFeePerGas', 'withdrawalsRoot', 'q:blobGasUsed', 'q:excessBlobGas', 'parentBeaconBlockRoot'],
  'requestsHash',
];

/**
 * What proves that a block holds the receipt of an anchor's transaction, as the verifier's `readBlockProof` reads it.
 *
 * @returns undefined if the node's answer does not add up to the block's own hash, as on chains whose headers or receipts
 *   have another form
 */
export async function proveBlock(
  provider: JsonRpcProvider,
  { blockHash, transaction }: AnchorPlace,
): Promise<Uint8Array | undefined> {
  const block: Fields | null = await provider.send('eth_getBlockByHash', [blockHash, false]);
  const receipts: Fields[] | null = await provider.send('eth_getBlockReceipts', [blockHash]);
  if (!block || !Array.isArray(receipts)) return undefined;
  const header = encodeHeader(block);
  const mine = receipts.find((receipt) => receipt['transactionHash'] === transaction);
  if (keccak256(header) !== blockHash || !mine) return undefined;
  const trie = await createMPT();
  for (const receipt of receipts) await trie.put(keyOf(receipt), getBytes(encodeReceipt(receipt)));
  if (Buffer.compare(trie.root(), getBytes(String(block['receiptsRoot']))) !== 0) return undefined;
  const key = keyOf(mine);
  return getBytes(encodeRlp([header, key, ...(await createMerkleProof(trie, key))]));
}

function keyOf(receipt: Fields): Uint8Array {
  return getBytes(encodeRlp(quantity(receipt['transactionIndex'])));
}

function encodeHeader(block: Fields): string {
  const present = headerFields.filter((field) => block[field.replace('q:', '')] != null);
  return encodeRlp(
    present.map((field) => (field.startsWith('q:') ? quantity(block[field.slice(2)]) : String(block[field]))),
  );
}

function encodeReceipt(receipt: Fields): string {
  const logs = receipt['logs'] as { address: string; topics: string[]; data: string }[];
  const body = encodeRlp([
    quantity(receipt['status']),
    quantity(receipt['cumulativeGasUsed']),
    String(receipt['logsBloom']),
    logs.map(({ address, topics, data }) => [address, topics, data]),
  ]);
  const type = Number(receipt['type']);
  return type === 0 ? body : `0x${type.toString(16).padStart(2, '0')}${body.slice(2)}`;
}

function quantity(value: unknown): Uint8Array {
  return toBeArray(String(value));
}

/** After an answer that did not come, no other is asked for so long: an evidence does not wait for its chain. */
const pauseMilliseconds = 10_000;

/** Keeps what was proven: a final block does not change. */
export function rememberBlockProofs(
  prove: (place: AnchorPlace) => Promise<Uint8Array | undefined>,
  now: () => number,
  limit = 1_024,
) {
  const kept = new Map<string, Promise<Uint8Array | undefined>>();
  let askAgain = 0;
  return async (place: AnchorPlace): Promise<Uint8Array | undefined> => {
    const key = `${place.blockHash} ${place.transaction}`;
    const known = kept.get(key);
    if (known) return known;
    if (now() < askAgain) return undefined;
    const proof = prove(place).catch(() => {
      kept.delete(key);
      askAgain = now() + pauseMilliseconds;
      return undefined;
    });
    kept.set(key, proof);
    const [oldest] = kept.keys();
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    return proof;
  };
}
