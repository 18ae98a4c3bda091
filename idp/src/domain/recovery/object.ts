import { refused } from '@xinlu/common/errors';
import type { Login, ProviderSessions } from '../login/logins.ts';
import {
  noteUse,
  type PasskeyAnswer,
  type PasskeyProofServices,
  passkeyNotAccepted,
  proveHolder,
} from '../passkey/prove-passkey.ts';
import type { Recoveries } from './recoveries.ts';

export type ObjectionServices = PasskeyProofServices & { sessions: ProviderSessions };

export async function beginObjection(services: ObjectionServices, browserSession: string): Promise<object> {
  return services.webauthn.loginOptions(
    await services.challenges.issue('recovery-objection', browserSession),
  );
}

const nothingToCancel = () =>
  refused('recovery-over', 'There is no recovery that could still be cancelled.', { status: 409 });

/**
 * Somebody who holds a passkey that a recovery suspended did not ask for it: it is undone. The passkey opens nothing else
 * meanwhile. Refusals: those of `proveHolder`, and `recovery-over`, to its proven holder.
 */
export async function objectWithPasskey(services: ObjectionServices, input: PasskeyAnswer): Promise<void> {
  const { passkey, assertion } = await proveHolder(services, 'recovery-objection', input);
  const person = await services.persons.person(passkey.personId);
  if (person?.state !== 'living') throw passkeyNotAccepted();
  await noteUse(services, passkey, assertion);
  const recovery = await services.recoveries.thatSuspended(passkey.id);
  await cancel(services, recovery?.id, { passkey: passkey.id });
}

/** The same from a live login that does not come from the recovery: by her card, or by the passkey that asked for it. */
export async function cancelFromLogin(services: ObjectionServices, login: Login): Promise<void> {
  const recovery = await services.recoveries.cooling(login.personId);
  const own = recovery?.passkeyId !== login.passkeyId;
  await cancel(services, own ? recovery?.id : undefined, { login: login.id });
}

async function cancel(
  services: ObjectionServices,
  id: string | undefined,
  by: Parameters<Recoveries['cancel']>[1],
): Promise<void> {
  const sessions = id === undefined ? undefined : await services.recoveries.cancel(id, by);
  if (sessions === undefined) throw nothingToCancel();
  await services.sessions.end(sessions);
}
