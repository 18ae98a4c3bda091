import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';

const TRIES = 10;
const WINDOW_SECONDS = 900;

/**
 * Counts, by certificate, the national IDs that were tried with it: six unknown digits of a found card's owner must not
 * be guessed. A try is counted before it is judged, so that parallel ones count too; her own right number clears it.
 */
export type CardAttempts = {
  /** Refusal: `rate-limited` (429) after ten tries in 15 minutes. */
  count(certificate: string): Promise<void>;
  clear(certificate: string): Promise<void>;
};

export function createCardAttempts(kv: KeyValue): CardAttempts {
  const key = (certificate: string) => `card-attempts:${certificate}`;
  return {
    async count(certificate) {
      if ((await kv.increment(key(certificate), WINDOW_SECONDS)) <= TRIES) return;
      throw refused('rate-limited', 'Too many attempts with this card; wait a few minutes.', {
        status: 429,
        extra: { retryAfter: WINDOW_SECONDS },
      });
    },
    clear: (certificate) => kv.delete(key(certificate)),
  };
}
