import { refused } from '@xinlu/common/errors';
import type { Login } from '../login/logins.ts';
import { readNationalId } from '../person/national-id.ts';
import type { PersonStore } from '../person/person-store.ts';
import { requireSubstantial } from './make-offer.ts';
import type { Mandate, MandateStore } from './mandates.ts';
import type { MandateTries } from './tries.ts';

/**
 * The civil registry's word on who is whose parent or guardian (民法 1086, 1098, 1113). Its answer is signed; throws
 * `retryable` when it is away. It says no more of a stranger than that she is not this person's ward.
 */
export interface GuardianRegistry {
  guardianship(question: {
    guardian: string;
    ward: string;
  }): Promise<{ confirmed: false } | { confirmed: true; wardName: string; until?: Date }>;
}

export type GuardianshipServices = {
  mandates: MandateStore;
  registry: GuardianRegistry;
  persons: PersonStore;
  tries: MandateTries;
};

/**
 * Makes a guardian's mandate on the registry's word. Refusals: `assurance-too-low`, `national-id-malformed`, `rate-limited`,
 * `guardianship-not-confirmed` (one answer for a stranger's child, for nobody at all and to an organisation), retryable `registry-unavailable`.
 */
export async function registerGuardianship(
  services: GuardianshipServices,
  input: { login: Login; claimedWard: string },
): Promise<Mandate> {
  const { login } = input;
  requireSubstantial(login);
  const ward = readNationalId(input.claimedWard);
  const guardian = await services.persons.nationalId(login.personId);
  await services.tries.count(login.personId);
  // An organisation has no number, and no wards.
  const word =
    guardian === undefined || guardian === ward
      ? { confirmed: false as const }
      : await services.registry.guardianship({ guardian, ward });
  if (!word.confirmed) {
    throw refused(
      'guardianship-not-confirmed',
      'The civil registry does not confirm that you are the guardian of a person with this number.',
      { status: 403 },
    );
  }
  return services.mandates.confirm({
    guardianId: login.personId,
    ward: { nationalId: ward, name: word.wardName },
    ...(word.until === undefined ? {} : { until: word.until }),
  });
}
