/**
 * A card was revoked, or put on hold, by its authority: in one durable change its certificate counts no more, its passkeys
 * are suspended and its sessions end. Doing it twice changes nothing; a revoked card stays revoked.
 */
export interface CardRevocation {
  /** Gives the provider's sessions to end. */
  stop(certificateId: string, state: 'held' | 'revoked'): Promise<string[]>;
  /** The authority let a held card go: it and, if its holder lives, its passkeys count again. What had ended stays ended. */
  release(certificateId: string): Promise<void>;
  /**
   * Suspends the passkeys of cards that have run out, of `limit` cards at most; gives how many cards. Nothing undoes it, a
   * renewed card neither: it is another certificate, and only whoever signs in with it says that she holds it and that the old
   * passkeys are still hers alone. She makes a new passkey with it. (A hold is different: the authority itself takes it back,
   * for the same certificate.)
   */
  expire(limit: number): Promise<number>;
}
