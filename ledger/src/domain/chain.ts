import type { AnchorPlace } from './anchor-queue.ts';
import type { Fees } from './fees.ts';

/** Numbers of the newest block, and of the newest ones that the chain calls safe and final. */
export type ChainHeads = { readonly latest: number; readonly safe: number; readonly final: number };

/**
 * The chain with the anchor contract of this log. Every method rejects with a retryable error when the chain is
 * away or answers nonsense; what was sent may still have arrived then.
 */
export interface Chain {
  readonly chainId: number;
  readonly contract: string;
  /** Refuses (fatal, `chain-mismatch`) if another chain answers or the contract is not this log's. */
  check(): Promise<void>;
  heads(): Promise<ChainHeads>;
  /** Where the contract took exactly this checkpoint; undefined if it did not. */
  find(size: number, root: Uint8Array): Promise<AnchorPlace | undefined>;
  /** The largest size that the contract holds. */
  latestSize(): Promise<number>;
  /** The root that the contract anchored for exactly this size; undefined if none. */
  rootOf(size: number): Promise<Uint8Array | undefined>;
  /** Refuses (retryable) `anchor-paused` or `anchor-not-appointed` if the contract would not take this from this sender now. */
  checkTakes(size: number, root: Uint8Array): Promise<void>;
  /** The nonce of the sender's next transaction, counting blocks only: what hangs is replaced. */
  nextNonce(): Promise<number>;
  /** What the next blocks are likely to ask. */
  marketFees(): Promise<Fees>;
  /** Sends an anchor; returns the transaction. */
  send(size: number, root: Uint8Array, nonce: number, fees: Fees): Promise<string>;
}
