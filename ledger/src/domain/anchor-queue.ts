import type { Fees } from './fees.ts';

export const anchorStates = ['queued', 'sent', 'included', 'safe', 'final'] as const;
/** How far an anchor is. Shown as it is: nothing is called final before the chain's own finality. */
export type AnchorState = (typeof anchorStates)[number];

/** The block in which the contract took an anchor. */
export type AnchorPlace = {
  /** 0x hex of the transaction. */
  readonly transaction: string;
  readonly blockNumber: number;
  readonly blockHash: string;
};

export type Anchor = {
  readonly size: number;
  readonly root: Uint8Array;
  readonly state: AnchorState;
  /** How often it was sent. */
  readonly attempts: number;
  readonly sentAt: Date | null;
  /** What the newest attempt offered; null before the first. */
  readonly offered: Fees | null;
  readonly place: AnchorPlace | null;
};

/** Checkpoints on their way to the chain, durable. Each method's change is durable once it returns. */
export interface AnchorQueue {
  /** Runs alone across all processes, or not at all (undefined). */
  alone<T>(work: (queue: AnchorQueue) => Promise<T>): Promise<T | undefined>;
  /**
   * Queues the newest published checkpoint that has its witnesses, unless it, or one queued less than `everySeconds` ago, stands already.
   * Older ones that were never sent are dropped: the newer checkpoint covers them.
   */
  queueNewest(everySeconds: number): Promise<void>;
  /** Anchors that are not final, by size. */
  open(): Promise<Anchor[]>;
  /** The newest final anchors, newest first. */
  finals(limit: number): Promise<Anchor[]>;
  /** The best evidence for a leaf: the newest anchor in the most settled state over a tree that holds it. */
  bestFor(index: number): Promise<Anchor | undefined>;
  markSent(size: number, transaction: string): Promise<void>;
  /** Noted before it is sent: whatever dies then, the next attempt knows what it has to outbid. */
  noteAttempt(size: number, offered: Fees): Promise<void>;
  markPlaced(size: number, state: 'included' | 'safe' | 'final', place: AnchorPlace): Promise<void>;
  /** Back to the queue: the chain does not hold it (any more). */
  markLost(size: number): Promise<void>;
  /** Takes an anchor off that the contract can never hold: a larger one covers it. */
  drop(size: number): Promise<void>;
  counts(): Promise<Record<AnchorState, number>>;
}
