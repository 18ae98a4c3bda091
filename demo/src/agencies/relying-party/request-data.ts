import type { Clock } from '@xinlu/common/clock';
import { isAppError } from '@xinlu/common/errors';
import type { Consent, MyData } from '@xinlu/rp-kit';
import type { Application, Applications } from './applications.ts';
import { factsFrom } from './decision.ts';
import type { RelyingPartyProfile } from './profile.ts';

/**
 * Gets the data of a consented application and decides by them. A refusal or an outage is noted with the application and
 * changes nothing else: an earlier decision stands.
 */
export const requestData = async (
  application: Application & { consent: Consent },
  by: {
    profile: RelyingPartyProfile;
    myData: Pick<MyData, 'fetch'>;
    applications: Applications;
    clock: Clock;
  },
): Promise<void> => {
  const now = by.clock.now();
  const at = now.toISOString();
  try {
    const { consent, results } = await by.myData.fetch(application.consent);
    const decision = by.profile.decide(application.form, factsFrom(results), now);
    await by.applications.decide(application.id, {
      consent,
      results,
      decision,
      lastRequest: { at, ok: true },
    });
  } catch (error) {
    if (!isAppError(error) || error.kind === 'fatal') throw error;
    await by.applications.noteRequest(application.id, {
      at,
      ok: false,
      code: error.code,
    });
  }
};
