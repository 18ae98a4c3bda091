/** What a contract told of one checkpoint, and in which block. */
export type AnchoredRoot = { readonly root: Uint8Array; readonly blockNumber: number };

/** A live, read-only look at the chain that anchors a log. Each method throws if the chain does not answer. */
export interface ChainView {
  chainId(): Promise<number>;
  /** SHA-256 of the origin of the log that the contract serves; undefined if no such contract is there. */
  logId(contract: string): Promise<Uint8Array | undefined>;
  /**
   * What the contract anchored for a size, on the chain as it is now.
   *
   * @param likelyBlock where to look first; anybody may have said it, for the chain answers, not he
   */
  anchored(contract: string, size: number, likelyBlock?: number): Promise<AnchoredRoot[]>;
  /** Number of the newest final block; -1 if there is none. */
  finalBlock(): Promise<number>;
}
