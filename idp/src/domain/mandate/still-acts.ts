import type { PersonStore } from '../person/person-store.ts';
import type { GuardianRegistry } from './guardianship.ts';
import type { GrantEnding, Mandate, MandateStore } from './mandates.ts';

/** How long the civil registry's word on a guardian holds before it is asked again. */
export const GUARDIAN_SECONDS = 24 * 3600;

export type StillActsServices = {
  mandates: MandateStore;
  grants: GrantEnding;
  registry: GuardianRegistry;
  persons: PersonStore;
};

/**
 * Whether the civil registry still says so of a guardian; it is asked again once its last word is old, and its "no" ends the
 * mandate. Others need no word. Retryable `registry-unavailable` when nobody can be asked.
 */
export async function stillGuardian(
  { mandates, grants, registry, persons }: StillActsServices,
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

/** Whether what was done under a mandate still stands on one that is in force now, asked of the registry where that is due. */
export async function stillActs(services: StillActsServices, mandateId: string, now: Date): Promise<boolean> {
  const actorId = (await services.mandates.one(mandateId))?.actorId;
  if (actorId === undefined) return false;
  const mandate = (await services.mandates.usableBy(actorId)).find(({ id }) => id === mandateId);
  if (mandate === undefined || mandate.from > now) return false;
  return (
    (mandate.until === undefined || mandate.until > now) && stillGuardian(services, mandate, actorId, now)
  );
}
