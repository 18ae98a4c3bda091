import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { Stops } from '../domain/ports.ts';

/** Longer than a withdrawal can wait for the releases before it (statement time-out). */
const SECONDS = 60;

/** Announced withdrawals on the key-value store. When it is away nothing is announced, and PostgreSQL decides alone. */
export function createStops(kv: KeyValue, log: Logger): Stops {
  const away = (error: unknown) => {
    log.warn({ err: error }, 'stops-store-away');
  };
  return {
    announce: (consentId) => kv.set(`stop:${consentId}`, '1', SECONDS).catch(away),
    async announced(consentId) {
      return (await kv.get(`stop:${consentId}`).catch(away)) !== undefined;
    },
  };
}
