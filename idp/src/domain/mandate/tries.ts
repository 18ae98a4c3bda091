import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';

const TRIES = 20;
const WINDOW_SECONDS = 3600;

/**
 * Counts a person's tries at codes and wards, right ones too: who has a right one at hand could else clear the count with
 * it, and guess on.
 */
export type MandateTries = {
  /** Refusal: `rate-limited` (429) after twenty in an hour. */
  count(personId: string): Promise<void>;
};

export function createMandateTries(kv: KeyValue): MandateTries {
  return {
    async count(personId) {
      if ((await kv.increment(`mandate-tries:${personId}`, WINDOW_SECONDS)) <= TRIES) return;
      throw refused('rate-limited', 'Too many tries; wait an hour.', {
        status: 429,
        extra: { retryAfter: WINDOW_SECONDS },
      });
    },
  };
}
