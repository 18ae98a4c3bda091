import { refused } from '../errors/index.ts';
import type { KeyValue } from '../kv/index.ts';
import { createLeases } from './leases.ts';

/** Counts uses of something within fixed windows, across all processes. */
export type RateLimit = {
  /** Counts one use by `key`; throws `rate-limited` (429, with `retryAfter` seconds) above the limit. */
  use(key: string): Promise<void>;
};

export function createRateLimit(kv: KeyValue, name: string, limit: number, windowSeconds: number): RateLimit {
  const leases = createLeases(kv, name, limit, windowSeconds);
  return {
    async use(key) {
      if (!(await leases.take(key))) {
        throw refused('rate-limited', 'Too many requests; wait a moment and try again.', {
          status: 429,
          extra: { retryAfter: windowSeconds },
        });
      }
    },
  };
}

export { createLeases } from './leases.ts';
