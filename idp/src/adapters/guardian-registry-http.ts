import type { Clock } from '@xinlu/common/clock';
import { retryable } from '@xinlu/common/errors';
import { signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import { type GuardianshipRequest, parseGuardianshipResponse } from '@xinlu/common/wire';
import type { GuardianRegistry } from '../domain/mandate/guardianship.ts';

const TIMEOUT_MILLISECONDS = 5_000;

/**
 * The civil registry's word on guardians over HTTP: our question is signed, and its answer counts only if a key of an active
 * participant with the role `civil-registry` signed it for this very question. Anything else means: the registry is away.
 */
export function createGuardianRegistry(options: {
  url: string;
  keys: KeyRing;
  register: () => RegisterView;
  clock: Clock;
  fetch?: typeof globalThis.fetch;
}): GuardianRegistry {
  const send = signedFetch({
    keys: options.keys,
    clock: options.clock,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maxAnswerBytes: 10_000,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  return {
    async guardianship({ guardian, ward }) {
      const register = options.register();
      const answerKeys = register.byRole('civil-registry').flatMap(({ id }) => register.signingKeys(id));
      const question: GuardianshipRequest = { guardian_national_id: guardian, ward_national_id: ward };
      try {
        const { status, json } = await send(`${options.url}/guardianships`, { json: question, answerKeys });
        if (status !== 200) throw new Error(`the civil registry answered ${status}`);
        const answer = parseGuardianshipResponse.parse(json);
        if (!answer.confirmed) return { confirmed: false };
        if (answer.ward_name === undefined) throw new Error('the civil registry confirmed without a name');
        return {
          confirmed: true,
          wardName: answer.ward_name,
          ...(answer.until === undefined ? {} : { until: new Date(answer.until) }),
        };
      } catch (cause) {
        throw retryable('registry-unavailable', 'The civil registry cannot be asked at the moment.', {
          cause,
        });
      }
    },
  };
}
