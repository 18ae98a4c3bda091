/** An organisation that a session was used at, and by which name it knows the session. */
export type VisitedParty = { clientId: string; personId: string; sid?: string };

/** What became of telling an organisation. */
export type Told = 'told' | 'nobody-to-tell';

/**
 * Tells an organisation that a session has ended (OpenID Connect Back-Channel Logout 1.0). `nobody-to-tell` when it has no
 * address for it, or is no longer active. Throws when it did not take the message; it is then told again.
 */
export interface PartyNotifier {
  tell(party: VisitedParty): Promise<Told>;
}
