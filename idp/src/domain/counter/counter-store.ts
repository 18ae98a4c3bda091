import type { Acr } from '@xinlu/common/wire';

/** Papers that a clerk may have looked at, by code; which of them suffice is the agency's rule. */
export const DOCUMENTS = [
  'national-id-card',
  'passport',
  'driving-licence',
  'health-card',
  'household-transcript',
  'residence-permit',
] as const;
export type DocumentCode = (typeof DOCUMENTS)[number];

export type CounterAcr = Exclude<Acr, 'low'>;

/** One person's enrolment at a counter. `awaiting` a second clerk, `open` for its code, `redeemed` by it, `used` by a passkey. */
export type CounterEnrolment = {
  id: string;
  personId: string;
  /** The agency's id in the register. */
  agency: string;
  documents: readonly DocumentCode[];
  acr: CounterAcr;
  /** The agency cards of the two clerks. */
  clerk: string;
  second?: string;
  /** The two clerks themselves, where they had to confirm that. */
  clerkPerson?: string;
  state: 'awaiting' | 'open' | 'redeemed' | 'used' | 'withdrawn';
  madeAt: Date;
  validUntil: Date;
  redeemedAt?: Date;
};

export type NewCounterEnrolment = Pick<
  CounterEnrolment,
  'personId' | 'agency' | 'documents' | 'acr' | 'clerk' | 'clerkPerson' | 'validUntil'
> & { codeHash: Uint8Array };

/** So many wrong persons may be tried with one code. */
export const MOST_ATTEMPTS = 5;

/** Enrolments at counters; each change is one transaction with its audit event, durable once it returns. */
export interface CounterStore {
  /** One for `high` awaits a second clerk, any other is open. */
  begin(enrolment: NewCounterEnrolment): Promise<CounterEnrolment>;
  find(id: string): Promise<CounterEnrolment | undefined>;
  /** The agency's that await a second clerk and are still in time, the oldest first. */
  awaiting(agency: string): Promise<CounterEnrolment[]>;
  /**
   * Opens it until `validUntil`; `same-clerk` for the card or the person that began it, or whom it is for, which the database
   * itself refuses; `gone` when it no longer awaits.
   */
  confirm(
    id: string,
    second: { certificateId: string; personId: string },
    validUntil: Date,
  ): Promise<'confirmed' | 'same-clerk' | 'gone'>;
  /** Ends it, whatever it was, unless a passkey was made with it; false then. */
  withdraw(
    id: string,
    by: { clerk?: string; reason: 'clerk' | 'second-clerk' | 'card' | 'attempts' },
  ): Promise<boolean>;
  /**
   * Uses the code up for the person with this national ID. Each try is counted before it is judged; of any number of
   * parallel takers one gets the enrolment. Undefined for a code that is unknown, late, used or another person's.
   */
  redeem(codeHash: Uint8Array, claimedNationalId: string): Promise<CounterEnrolment | undefined>;
}
