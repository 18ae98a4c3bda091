/** A live, read-only look at the chain that anchors a log. Each method throws if the chain does not answer. */
export interface ChainView {
  chainId(): Promise<number>;
  /** SHA-256 of the origin of the log that the contract serves; undefined if no such contract is there. */
  logId(contract: string): Promise<Uint8Array | undefined>;
  /** The root that the contract holds for a size, in the newest or the newest final block; all zero if none. */
  rootOf(contract: string, size: number, block: 'latest' | 'finalized'): Promise<Uint8Array>;
}
