import { refused } from '@xinlu/common/errors';
import type { Login } from '../login/logins.ts';

/** A new passkey for who lost her ways in, until `coolingUntil` limited and open to objection. */
export type Recovery = {
  id: string;
  personId: string;
  /** The passkey that it gave her. */
  passkeyId: string;
  way: 'counter' | 'passkey';
  begunAt: Date;
  coolingUntil: Date;
};

/** Recoveries. They begin with the passkey that they give, in one change (`PasskeyStore.add`); durable once it returns. */
export interface Recoveries {
  /** The newest that cools off now. */
  cooling(personId: string): Promise<Recovery | undefined>;
  /** The one that cools off now and suspended this passkey. */
  thatSuspended(passkeyId: string): Promise<Recovery | undefined>;
  /**
   * Undoes it, and any other of hers that cools off: the passkeys that they gave are removed and their logins end, those that
   * they suspended count again if their cards do. Gives the provider's sessions to end; undefined when there was nothing left to undo.
   */
  cancel(id: string, by: { passkey: string } | { login: string }): Promise<string[] | undefined>;
}

/**
 * While a recovery cools off, only a card may change what can sign in as her or who acts for her: whoever got in by the
 * recovery alone must not make it final. Refusal: `cooling-off`, with `until`.
 */
export async function requireSettled(recoveries: Recoveries, login: Login): Promise<void> {
  if (login.method !== 'passkey') return;
  const recovery = await recoveries.cooling(login.personId);
  if (recovery === undefined) return;
  throw refused('cooling-off', 'This has to wait until the recovery of your account has cooled off.', {
    status: 403,
    extra: { until: recovery.coolingUntil.toISOString() },
  });
}
