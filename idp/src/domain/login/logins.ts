import type { Acr, HolderKind } from '@xinlu/common/wire';

export type EndReason =
  | 'logout'
  | 'ended-by-person'
  | 'card-revoked'
  | 'passkey-removed'
  | 'replaced'
  | 'expired'
  | 'person-deceased'
  | 'recovery';

/** Before it is written: who logged in, by what, worth how much. */
export type NewLogin = {
  personId: string;
  method: 'card' | 'passkey';
  /** The card behind it; none where a passkey from a counter is behind it. */
  certificateId?: string;
  passkeyId?: string;
  acr: Acr;
  /** RFC 8176. */
  amr: readonly string[];
  browser: string;
};

export type Login = NewLogin & {
  id: string;
  /** For whom: a person herself, an organisation, an agency. */
  holder: HolderKind;
  startedAt: Date;
  expiresAt: Date;
  endedAt?: Date;
  endReason?: EndReason;
  /** Ids of the organisations that this login was used at. */
  visited: readonly string[];
  /** The session at the provider that hangs on this login, once an organisation was signed in to. */
  providerSession?: string;
};

/** The login that this browser had before; `waiting` as in `fateOfFormerSession`. */
export type FormerLogin = { id: string; waiting: string | undefined };

/** Eight hours: a working day at a counter or a desk. */
export const LOGIN_SECONDS = 8 * 3600;

/** RFC 8176 values that are true of each way in. The card asks for its PIN itself; a passkey's factor is not told to us. */
export const AMR = { card: ['sc', 'pin', 'mfa'], passkey: ['pop', 'user', 'mfa'] } as const;

/**
 * A login used at an organisation: in which session of the provider, by which name it knows that session (`sid`), and by
 * which grant of a mandate, if by one.
 */
export type Visit = {
  providerSession: string;
  clientId: string;
  learntName: boolean;
  sid?: string;
  delegatedGrantId?: string;
};

/** Logins and the sessions they opened. Durable once it returns. */
export interface LoginStore {
  /**
   * Begins a login and ends the former one in one change; gives the provider's sessions that must end with that. A browser
   * that she has not used before, by its `browserToken`, is told to her in the same change.
   */
  start(
    login: NewLogin,
    former?: FormerLogin,
    browserToken?: string,
  ): Promise<{ login: Login; sessions: string[] }>;
  /** The login if its session still lives: neither ended nor expired, its card and passkey still good. */
  live(id: string): Promise<Login | undefined>;
  /** Whose live login a session of the provider hangs on: what every use of a token asks, with nothing else of the login. */
  liveHolder(session: string): Promise<string | undefined>;
  /** The live login that a session of the provider hangs on; the newest if there are several. */
  liveByProviderSession(session: string): Promise<Login | undefined>;
  /** Ties the login to the provider's session, and notes which organisation it was used at and whether that learnt her name. */
  used(id: string, visit: Visit): Promise<void>;
  /** Ends what has run out by itself, or whose card has; gives the provider's sessions that must end with it. */
  endExpired(limit: number): Promise<string[]>;
  /** Tells one organisation that her sessions there have ended; gives the provider's sessions in which its part must end. */
  leave(personId: string, clientId: string): Promise<string[]>;
  /** Ends sessions for good and tells the organisations they were used at, in one change; gives the provider's sessions that must end with them. Ended ones stay as they are. */
  end(
    which:
      | { id: string }
      | { personId: string; except?: string }
      | { passkeyId: string }
      | { providerSession: string },
    reason: EndReason,
  ): Promise<string[]>;
  /** Her live logins, the newest first. */
  liveOfPerson(personId: string): Promise<Login[]>;
  /** The newest first; those older than the login `before`, if it is hers. */
  history(personId: string, limit: number, before?: string): Promise<Login[]>;
}

/** The provider's sessions whose logins have ended; noted in the change that ended them, so that a crash forgets none. */
export interface EndingSessions {
  due(): Promise<string[]>;
  ended(session: string): Promise<void>;
}

/** Ends what hangs on a login outside the database: the provider's session and with it the tokens. */
export interface ProviderSessions {
  end(sessions: readonly string[]): Promise<void>;
  /** Ends what one organisation was given under these sessions; the sessions themselves go on. */
  endAt(sessions: readonly string[], clientId: string): Promise<void>;
}

/** The result that a finished sign-in hands to the protocol (`ts` in seconds since the epoch); `login_id` is ours. */
export type SignInResult = {
  login: { accountId: string; acr: string; amr: string[]; ts: number; remember: boolean; login_id: string };
};

/**
 * Hands a finished sign-in to the authorization request that waits for it: gives the address to go on to, and the cookie that
 * must go there with the browser (HttpOnly, for `seconds`).
 */
export type HandOver = (
  interaction: { uid: string; returnTo: string },
  result: SignInResult,
) => { onward: string; cookie: { name: string; value: string; path: string; seconds: number } };
