import { retryable } from '@xinlu/common/errors';
import { type GuardianshipRequest, parseGuardianshipResponse } from '@xinlu/common/wire';
import type { GuardianRegistry } from '../domain/mandate/guardianship.ts';
import { askCivilRegistry, type CivilRegistryOptions } from './ask-civil-registry.ts';

/** The civil registry's word on guardians; what it does not say clearly means that it is away. */
export function createGuardianRegistry(options: CivilRegistryOptions): GuardianRegistry {
  const ask = askCivilRegistry(options);
  return {
    async guardianship({ guardian, ward }) {
      const question: GuardianshipRequest = { guardian_national_id: guardian, ward_national_id: ward };
      try {
        const answer = parseGuardianshipResponse.parse(await ask('/guardianships', question));
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
