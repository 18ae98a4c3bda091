import { refused } from '@xinlu/common/errors';
import { type Asked, grantedActions } from './fits.ts';
import type { Mandate } from './mandates.ts';
import { type StillActsServices, stillGuardian } from './still-acts.ts';

export type ActForServices = StillActsServices;

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
