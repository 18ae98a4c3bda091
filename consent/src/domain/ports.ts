import type {
  ConnectorRequest,
  ConsentStatement,
  EntryEvidence,
  EntryType,
  GrantedDetail,
  Participant,
  Verification,
} from '@xinlu/common/wire';
import type { Acting, Consent, ConsentEvent, ConsentEventType } from './consent.ts';

export type NewConsent = Pick<
  Consent,
  'clientId' | 'account' | 'subject' | 'purpose' | 'purposeVersion' | 'catalogueVersion' | 'requested'
> & { interaction: string; replaces?: string; acting?: Acting };

/** A signed document that belongs to an event or an access; its commitment goes to the ledger. */
export type SignedDocument = { id: string; jwt: string };

export type Change = {
  event: ConsentEventType;
  document?: SignedDocument;
  set?: Partial<
    Pick<
      Consent,
      'granted' | 'grantId' | 'envelopeGrantId' | 'consentHash' | 'statementHash' | 'expiresAt' | 'lang'
    >
  >;
};

/**
 * Consents and their histories. Every promise here is kept by the database, not by this process: `change` runs while the
 * consent is locked against all other changes and all releases, its event, its document's commitment and the jobs that
 * follow from it are committed together, and `now` is the one clock that releases use too.
 */
export type ConsentStore = {
  /** The consent of this interaction, made on first call. */
  open(request: NewConsent): Promise<Consent>;
  find(id: string): Promise<Consent | undefined>;
  /** Waits until no change of it is under way, one whose caller was cut off included. */
  findSettled(id: string): Promise<Consent | undefined>;
  findByGrant(grantId: string): Promise<Consent | undefined>;
  /** One that somebody gave for another, by its envelope grant. */
  findByEnvelopes(envelopeGrantId: string): Promise<Consent | undefined>;
  /** Hers, and those that she gave for others; newest first. */
  listOf(account: string): Promise<Consent[]>;
  eventsOf(consentId: string): Promise<ConsentEvent[]>;
  /** Refuses with `consent-changed` (409) when the event may not follow the present state. */
  change(id: string, decide: (consent: Consent, now: Date) => Promise<Change>): Promise<Consent>;
  /**
   * Ends one consent and brings another into force in its place, both or neither. The ended one is locked first; refuses
   * as `change` does.
   */
  replace(
    ids: { ended: string; begun: string },
    decide: (
      consents: { ended: Consent; begun: Consent },
      now: Date,
    ) => Promise<{ end: Change; begin: Change }>,
  ): Promise<Consent>;
  /** Consents whose time has run out and that no event says so of yet. */
  due(): Promise<string[]>;
  /** A receipt of hers by the id of its event. */
  receiptOf(account: string, eventId: string): Promise<string | undefined>;
  countByState(): Promise<Record<string, number>>;
  rememberSubject(account: string, clientId: string, subject: string): Promise<void>;
  subjectOf(account: string, clientId: string): Promise<string | undefined>;
};

export type NewAccess = {
  document: SignedDocument;
  decision: 'allowed' | 'refused';
  code: string | null;
  fields: readonly string[];
  provider: string | null;
  dataset: string | null;
  purpose: string | null;
  verification: Verification | null;
};

export type AccessQuery = {
  releaseId: string;
  clientId: string;
  consentId: string;
  dataset: string | null;
  /** Set when the request is refused already: the record then waits for nobody and holds nobody up. */
  refusal?: string;
};

export type AccessFacts = {
  consent: Consent | undefined;
  now: Date;
  /** Releases of this dataset that arrived, or may still arrive, since then. */
  usesSince(since: Date | undefined): Promise<{ delivered: number; underWay: number }>;
};

export type Access = {
  id: string;
  consentId: string | null;
  clientId: string;
  provider: string | null;
  dataset: string | null;
  fields: string[];
  purpose: string | null;
  decision: 'allowed' | 'refused';
  code: string | null;
  at: Date;
  document: string;
  /** Set: answers were asked for in place of data. */
  verification: Verification | null;
  /** `unconfirmed`: the answer was given, and whether it arrived whole is not known. */
  outcome: 'delivered' | 'unconfirmed' | 'failed' | null;
  outcomeCode: string | null;
  /** Who consented for her, if not she herself. */
  acting: Acting | null;
  proof: Proof;
};

/** How far the document's commitment is in the ledger; null before the ledger took it. */
export type Proof = { entryId: string | null; state: string | null; index: number | null };

/**
 * The access log. `admit` decides and records in one transaction that holds the consent against withdrawal and the
 * dataset against parallel admissions: a record exists before any data can leave, and none is dated after a withdrawal.
 */
export type AccessStore = {
  admit<A extends NewAccess>(query: AccessQuery, decide: (facts: AccessFacts) => Promise<A>): Promise<A>;
  /**
   * Records what came of an admitted access. False if it is too late to count as delivered, or closed already. One that is
   * settled as delivered stays open until its answer has left (`Deliveries`).
   */
  settle(accessId: string, outcome: 'delivered' | 'failed', code?: string): Promise<boolean>;
  /** Newest first. */
  listOf(account: string, options: { consentId?: string; limit: number }): Promise<Access[]>;
  /** The signed record of an access under one of her consents. */
  recordOf(account: string, accessId: string): Promise<string | undefined>;
  /** By outcome: delivered, unconfirmed, failed, refused, pending. */
  countByOutcome(): Promise<Record<string, number>>;
};

/**
 * Whether answers arrived. An access is open from its admission until it failed, or its whole answer was handed to the
 * relying party's connection; one that nobody follows any more, because its process died, is closed from the outside.
 */
export type Deliveries = {
  /** Takes effect soon. What is lost with this process is closed as unconfirmed. */
  arrived(accessIds: readonly string[]): void;
  /** The relying party's connection ended before the answer had left. Does not throw. */
  unconfirmed(accessIds: readonly string[]): Promise<void>;
  /**
   * Closes open accesses that are older: those without an outcome as failed (`not-delivered`), those with an answer as
   * unconfirmed. Gives how many.
   */
  closeAbandoned(age: { unansweredSeconds: number; unfinishedSeconds: number }): Promise<number>;
  /** Waits for what `arrived` was told, as long as the database answers. */
  flush(): Promise<void>;
};

export type IdentityProvider = {
  /**
   * Binds the person behind the access token to the consent of this receipt, for these providers only. Gives the grant's
   * id. There is one grant per receipt.
   */
  grantEnvelopes(request: {
    accessToken: string;
    receiptId: string;
    consentHash: string;
    providers: string[];
    expiresAt: Date;
  }): Promise<string>;
  /** One identity envelope, readable by the provider alone. */
  envelope(request: { grantId: string; provider: string; orderHash: string }): Promise<string>;
  /** Idempotent. */
  endEnvelopes(grantId: string): Promise<void>;
  /** Envelope grants that live on although the mandate behind them has ended; some at a time. */
  envelopesOfEndedMandates(): Promise<string[]>;
  /**
   * Has the person behind the access token sign a statement with her passkey: her browser is to be sent to `url` and comes
   * back to `returnTo`, with `id` as its parameter `confirmation`.
   */
  askConfirmation(request: {
    accessToken: string;
    statement: ConsentStatement;
    returnTo: string;
  }): Promise<{ id: string; url: string }>;
  /** What came of it, again and again; undefined while she has not answered, or where it is gone. */
  confirmation(id: string): Promise<'refused' | { confirmation: string } | undefined>;
};

/** A provider's connector. Gives the encrypted answer; refusals carry the connector's code. */
export type ProviderConnector = {
  release(provider: Participant, request: ConnectorRequest): Promise<string>;
  /** Its answer as a stream, which it has signed for this order. */
  stream(provider: Participant, request: ConnectorRequest): Promise<ProviderStream>;
};

/** Some of the encrypted content; or, at last, what the provider signed about all of it. */
export type StreamPart = { content: Uint8Array } | { end: string };

export type ProviderStream = {
  /** The encrypted answer that stands before the content. */
  data: string;
  /** Read as fast as they are taken. They end with `end` once all content is what the provider signed, and throw otherwise. */
  parts: AsyncIterable<StreamPart>;
  /** Instead of taking the parts. */
  cancel(): void;
};

/** The OAuth grants behind consents. */
export type Grants = {
  create(request: {
    account: string;
    clientId: string;
    details: GrantedDetail[];
    expiresAt: Date;
  }): Promise<string>;
  /** What the grant covers from now on; its id and its tokens stay. */
  rewrite(grantId: string, details: GrantedDetail[], expiresAt: Date): Promise<void>;
  /** Ends refresh and access tokens. Idempotent. */
  end(grantId: string): Promise<void>;
};

/**
 * Makes refusal fast, and no more: releases that see the announcement do not queue up before the withdrawal. Whether a
 * consent is withdrawn is the consent store's to say. Neither call throws.
 */
export type Stops = {
  announce(consentId: string): Promise<void>;
  announced(consentId: string): Promise<boolean>;
};

/** What opens a document's commitment in the ledger. */
export type Openings = {
  opening(documentId: string): Promise<{ salt: Uint8Array; entryId: string | null } | undefined>;
};

export type LedgerEntry = { id: string; index: number | null; state: string };

export type Ledger = {
  submit(type: EntryType, commitment: string): Promise<{ id: string; index: number | null }>;
  entry(id: string): Promise<LedgerEntry>;
  /** Undefined until the entry is integrated. */
  evidence(id: string): Promise<EntryEvidence | undefined>;
};
