import { isAppError } from '@xinlu/common/errors';
import type { Domain } from './deps.ts';
import { endWhatHangsOn } from './end-what-hangs-on.ts';

/** Writes down that consents have run out. Releases do not wait for this: they compare the time themselves. */
export async function expireConsents(domain: Domain): Promise<void> {
  for (const id of await domain.consents.due()) {
    try {
      await endWhatHangsOn(domain, await domain.consents.change(id, async () => ({ event: 'expired' })));
    } catch (error) {
      // Another process was faster, or she withdrew in the meantime.
      if (!isAppError(error) || error.code !== 'consent-changed') throw error;
    }
  }
}
