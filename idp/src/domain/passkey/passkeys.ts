import type { Acr } from '@xinlu/common/wire';

/** What a passkey hangs on, and ends with: the card that vouched for it, or the enrolment at a counter. */
export type Origin = { certificateId: string } | { counterEnrolmentId: string };

/** More than enough for one person's devices; each one is a way in that she must keep an eye on. */
export const MOST_PASSKEYS = 10;

export type Passkey = {
  id: string;
  personId: string;
  origin: Origin;
  credentialId: Uint8Array;
  publicKey: Uint8Array;
  counter: number;
  transports: readonly string[];
  /** Lives in one device (true) or is synced among several. */
  deviceBound: boolean;
  backedUp: boolean;
  aaguid: string;
  /** Its maker vouched for it at enrolment, by FIDO's metadata of that day. */
  attested: boolean;
  /** What it was worth at enrolment, by its login and the policy; never worth more, but less when its model proves unsafe. */
  acr: Acr;
  name: string;
  state: 'active' | 'suspended' | 'removed';
  /** Why it is suspended: its card has run out, a recovery by another way, or else its card no longer counts. */
  suspendedBy?: 'card-expired' | 'recovery' | 'card';
  createdAt: Date;
  lastUsedAt?: Date;
};

export type NewPasskey = Omit<Passkey, 'id' | 'state' | 'suspendedBy' | 'createdAt' | 'lastUsedAt'>;

/**
 * What else is done in making it: an enrolment at a counter is used up, which begins a recovery if she could sign in before;
 * or a recovery begins that another passkey of hers asked for.
 */
export type Making = { redeems: string } | { recoveryBy: string };

/** Passkeys; durable once it returns. */
export interface PasskeyStore {
  /**
   * Refusals: `passkey-known` when the credential is enrolled already; `passkeys-full` when she has `MOST_PASSKEYS` that are
   * not removed, counted so that parallel ones cannot pass together; `counter-code-refused` when the enrolment at a counter
   * that it `redeems` is not there to be used up.
   */
  add(passkey: NewPasskey, how?: Making): Promise<Passkey>;
  byCredential(credentialId: Uint8Array): Promise<Passkey | undefined>;
  /** Those not removed. */
  ofPerson(personId: string): Promise<Passkey[]>;
  /** Notes a use by compare-and-set on the counter; false when another use got in between. */
  used(id: string, seen: { counter: number }, now: { counter: number; backedUp: boolean }): Promise<boolean>;
  /** Gives it another name of 1 to 60 characters; false when she has no such passkey. */
  rename(personId: string, id: string, name: string): Promise<boolean>;
  /** Takes it out of use for good; false when she has no such passkey. */
  remove(personId: string, id: string): Promise<boolean>;
}
