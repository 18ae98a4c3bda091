import { refused } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import { type Consent, concerns } from './consent.ts';
import { signReceipt } from './decide-consent.ts';
import type { Domain } from './deps.ts';
import { endWhatHangsOn } from './end-what-hangs-on.ts';

/**
 * She stops it. The time on the signed "stopped at" is read while the consent is locked, after every release admitted
 * before it has committed and before any other can look: no access record is later. What hangs on the consent (tokens,
 * identity envelopes) is ended here and, should this process die now, by the job committed with the withdrawal.
 */
export async function withdrawConsent(
  domain: Domain,
  request: { consentId: string; account: string; lang: Lang },
): Promise<Consent> {
  const known = await domain.consents.find(request.consentId);
  if (known !== undefined && concerns(known, request.account)) await domain.stops.announce(request.consentId);
  const stopped = await domain.consents.change(request.consentId, async (consent, now) => {
    if (!concerns(consent, request.account)) {
      throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
    }
    return {
      event: 'withdrawn',
      document: await signReceipt(domain, consent, 'withdrawn', now, request.lang),
    };
  });
  await endWhatHangsOn(domain, stopped).catch((error: unknown) => {
    domain.log.warn({ err: error, consentId: stopped.id }, 'withdrawal-clean-up-left-to-job');
  });
  return stopped;
}
