import { refused } from '@xinlu/common/errors';
import type { PersonStore } from '../person/person-store.ts';
import { type Asked, grantedActions } from './fits.ts';
import type { GuardianRegistry } from './guardianship.ts';
import type { GrantEnding, Mandate, MandateStore } from './mandates.ts';

/** How long the civil registry's word on a guardian holds before it is asked again. */
export const GUARDIAN_SECONDS = 24 * 3600;

export type ActForServices = {
  mandates: MandateStore;
  grants: GrantEnding;
  registry: GuardianRegistry;
  persons: PersonStore;
};

export type Fitting = { mandate: Mandate; actions: string[] };

const notFitting = () =>
  refused('mandate-not-fitting', 'You cannot act for this person here.', { status: 403 });

/** The mandates by which this person may act for others in what a relying party asks, with what each would grant. */
export async function fittingMandates(
  { mandates }: Pick<ActForServices, 'mandates'>,
  actorId: string,
  asked: Asked,
  now: Date,
): Promise<Fitting[]> {
  return (await mandates.usableBy(actorId))
    .map((mandate) => ({ mandate, actions: grantedActions(mandate, asked, now) }))
    .filter(({ actions }) => actions.length > 0);
}

/**
 * She chooses to act by this mandate. Refusals: `mandate-not-fitting` for one that is not hers, not in force or not for
 * this; retryable `registry-unavailable` when a guardian's last confirmation is old and nobody can be asked.
 */
export async function actFor(
  services: ActForServices,
  input: { actorId: string; mandateId: string; asked: Asked; now: Date },
): Promise<Fitting> {
  const { actorId, mandateId, asked, now } = input;
  const chosen = (await fittingMandates(services, actorId, asked, now)).find(
    ({ mandate }) => mandate.id === mandateId,
  );
  if (chosen === undefined) throw notFitting();
  if (!(await stillGuardian(services, chosen.mandate, actorId, now))) throw notFitting();
  return chosen;
}

async function stillGuardian(
  { mandates, grants, registry, persons }: ActForServices,
  mandate: Mandate,
  actorId: string,
  now: Date,
): Promise<boolean> {
  const { confirmedAt } = mandate;
  if (confirmedAt === undefined || now.getTime() - confirmedAt.getTime() < GUARDIAN_SECONDS * 1000)
    return true;
  const [guardian, ward] = await Promise.all([
    persons.nationalId(actorId),
    persons.nationalId(mandate.principalId),
  ]);
  if (guardian === undefined || ward === undefined) return false;
  const word = await registry.guardianship({ guardian, ward });
  if (!word.confirmed) {
    await grants.end(await mandates.endByRegistry(mandate.id));
    return false;
  }
  await mandates.confirm({
    guardianId: actorId,
    ward: { nationalId: ward, name: word.wardName },
    ...(word.until === undefined ? {} : { until: word.until }),
  });
  return true;
}
