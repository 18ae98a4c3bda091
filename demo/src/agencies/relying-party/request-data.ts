import type { Clock } from '@xinlu/common/clock';
import { isAppError } from '@xinlu/common/errors';
import type { Consent, MyData, Release } from '@xinlu/rp-kit';
import type { Application, Applications } from './applications.ts';
import { factsFrom } from './decision.ts';
import type { RelyingPartyProfile } from './profile.ts';

/** The data themselves or, where the profile asks so, yes or no about them under the application's number. */
const received = async (
  { id, consent }: Application & { consent: Consent },
  myData: Pick<MyData, 'fetch' | 'verify'>,
  { verification }: RelyingPartyProfile,
  now: Date,
): Promise<{ consent: Consent; results: Release[] }> => {
  if (verification === undefined) return myData.fetch(consent);
  const answered = await myData.verify(consent, verification.question(id, now));
  return { consent: answered.consent, results: [answered.result] };
};

/**
 * Gets the data of a consented application and decides by them. A refusal or an outage is noted with the application and
 * changes nothing else: an earlier decision stands.
 */
export const requestData = async (
  application: Application & { consent: Consent },
  by: {
    profile: RelyingPartyProfile;
    myData: Pick<MyData, 'fetch' | 'verify'>;
    applications: Applications;
    clock: Clock;
  },
): Promise<void> => {
  const now = by.clock.now();
  const at = now.toISOString();
  try {
    const { consent, results } = await received(application, by.myData, by.profile, now);
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
