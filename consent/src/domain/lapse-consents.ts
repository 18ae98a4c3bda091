import { isAppError } from '@xinlu/common/errors';
import { signReceipt } from './decide-consent.ts';
import type { Domain } from './deps.ts';
import { endWhatHangsOn } from './end-what-hangs-on.ts';

/**
 * Ends the consents whose mandate has ended, with a receipt. Releases do not wait for this: each needs an envelope, and the
 * identity provider makes none by a mandate that is not in force.
 */
export async function lapseConsents(domain: Domain): Promise<void> {
  for (const envelopeGrantId of await domain.identity.envelopesOfEndedMandates()) {
    const known = await domain.consents.findByEnvelopes(envelopeGrantId);
    try {
      const lapsed =
        known &&
        (await domain.consents.change(known.id, async (consent, now) => ({
          event: 'lapsed',
          document: await signReceipt(domain, consent, 'lapsed', now, consent.lang ?? 'zh-TW'),
        })));
      await endWhatHangsOn(domain, lapsed ?? { grantId: null, envelopeGrantId });
    } catch (error) {
      // It had ended by itself, and only its envelopes were left.
      if (!isAppError(error) || error.code !== 'consent-changed') throw error;
      await endWhatHangsOn(domain, { grantId: null, envelopeGrantId });
    }
  }
}
