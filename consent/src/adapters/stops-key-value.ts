import { setTimeout as wait } from 'node:timers/promises';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { Stops } from '../domain/ports.ts';

/** Longer than a withdrawal can wait for the releases before it (statement time-out). */
const SECONDS = 60;
/** A withdrawal waits no longer for a store that it does not need. */
const PATIENCE_MILLISECONDS = 200;

/** Announced withdrawals on the key-value store. When it is away nothing is announced, and PostgreSQL decides alone. */
export function createStops(kv: KeyValue, log: Logger): Stops {
  const away = (error: unknown) => {
    log.warn({ err: error }, 'stops-store-away');
  };
  return {
    async announce(consentId) {
      const announced = kv.set(`stop:${consentId}`, '1', SECONDS).catch(away);
      const enough = new AbortController();
      await Promise.race([announced, wait(PATIENCE_MILLISECONDS, undefined, enough).catch(() => undefined)]);
      enough.abort();
    },
    async announced(consentId) {
      return (await kv.get(`stop:${consentId}`).catch(away)) !== undefined;
    },
  };
}
