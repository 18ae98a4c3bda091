import type { MandateKind } from '@xinlu/common/wire';

export type MandateState = 'offered' | 'active' | 'declined' | 'withdrawn' | 'revoked' | 'ended';
export type MandateEnd =
  | 'declined'
  | 'withdrawn'
  | 'revoked-by-principal'
  | 'revoked-by-actor'
  | 'person-deceased'
  | 'expired'
  | 'not-accepted-in-time'
  | 'registry';

/** What the actor may do at one organisation, by the codes of the register. */
export type ScopeEntry = { party: string; actions: readonly string[] };

/** One person (the principal) lets another (the actor) act for her. */
export type Mandate = {
  id: string;
  kind: MandateKind;
  principalId: string;
  /** Known once it is accepted, or confirmed by the registry. */
  actorId?: string;
  state: MandateState;
  /** Absent: everything, as a guardian may. */
  scope?: readonly ScopeEntry[];
  from: Date;
  until?: Date;
  madeAt: Date;
  invitationUntil?: Date;
  /** When the civil registry last confirmed a guardian. */
  confirmedAt?: Date;
  endedAt?: Date;
  endReason?: MandateEnd;
};

export type NewOffer = {
  kind: Exclude<MandateKind, 'guardian'>;
  principalId: string;
  scope: readonly ScopeEntry[];
  from: Date;
  until: Date;
  /** The name of the person it is meant for, as she writes it. */
  named: string;
  /** SHA-256 of the one-time code. */
  invitation: Uint8Array;
  invitationUntil: Date;
};

/** An offer as whoever holds its code sees it. */
export type Offer = Mandate & { named: string };

export type MandateEvent = {
  at: Date;
  kind: string;
  byPersonId?: string;
  clientId?: string;
  reason?: string;
};

/** What a token of a delegated sign-in stands on. */
export type Delegation = { mandate: Mandate; principalId: string; actorId: string };

/** How many mandates one person may have open (offered or in force) as a principal. */
export const OPEN_MANDATES = 20;

/**
 * Mandates; durable once it returns. Each change of state is one compare-and-set from the state that allows it, written
 * with its audit event and the notices to both in one transaction. What ends gives the ids of the grants that end with it.
 */
export interface MandateStore {
  /** Refusal: `too-many-mandates`. */
  offer(offer: NewOffer): Promise<Mandate>;
  /** The open offer behind a code; undefined for a wrong, used or expired one alike. */
  byInvitation(invitation: Uint8Array): Promise<Offer | undefined>;
  /** Exactly one of any number of parallel takers gets it. */
  accept(invitation: Uint8Array, actorId: string): Promise<Mandate | undefined>;
  decline(invitation: Uint8Array, actorId: string): Promise<boolean>;
  /** Ends what is open at the wish of either side: an offer is withdrawn by its principal, a mandate revoked by either. */
  end(id: string, personId: string): Promise<string[] | undefined>;
  /** The civil registry named a guardian: makes the mandate, or renews the one that is there. Refusal: `too-many-mandates`. */
  confirm(guardianship: {
    guardianId: string;
    ward: { nationalId: string; name: string };
    until?: Date;
  }): Promise<Mandate>;
  /** The civil registry no longer says so. */
  endByRegistry(id: string): Promise<string[]>;
  /** Ends what has passed its time. */
  endDue(): Promise<string[]>;
  /** On either side, the open ones first, then the newest. */
  ofPerson(personId: string): Promise<Mandate[]>;
  one(id: string): Promise<Mandate | undefined>;
  /** In force now, both alive. */
  usableBy(actorId: string): Promise<Mandate[]>;
  history(id: string): Promise<MandateEvent[]>;
  /**
   * Hangs a grant on a mandate that is in force for this actor at this moment, and notes that the organisation knows the
   * principal; false when it is not.
   */
  bind(grant: {
    grantId: string;
    mandateId: string;
    actorId: string;
    clientId: string;
    learntName: boolean;
  }): Promise<boolean>;
  /** What a grant stands on, if its mandate is in force at this moment. */
  ofGrant(grantId: string, actorId: string, clientId: string): Promise<Delegation | undefined>;
}

/** Ends grants at the provider; their tokens are refused already, since each use looks at the mandate. */
export interface GrantEnding {
  end(grantIds: readonly string[]): Promise<void>;
}
