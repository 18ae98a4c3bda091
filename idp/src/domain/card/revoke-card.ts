/**
 * A card was revoked by its authority: in one durable change its certificate counts no more, its passkeys are suspended
 * and its sessions end. Gives the provider's sessions to end; revoking twice changes nothing.
 */
export interface CardRevocation {
  revoke(certificateId: string): Promise<string[]>;
}
