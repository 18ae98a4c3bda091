import { refused } from '@xinlu/common/errors';
import { reaches } from '../assurance/acr.ts';
import type { Login } from '../login/logins.ts';
import { type PasskeyAnswer, type PasskeyProofServices, provePasskey } from '../passkey/prove-passkey.ts';

/** Who the clerk at this desk is, by her own passkey, for the login by her agency's card that it was confirmed in. */
export type ClerkSelf = { loginId: string; personId: string; at: Date };

/** As long as a desk stays open. */
export const SELF_SECONDS = 3600;

export async function beginClerkSelf(
  services: PasskeyProofServices,
  browserSession: string,
): Promise<object> {
  return services.webauthn.loginOptions(await services.challenges.issue('clerk-self', browserSession));
}

/**
 * She shows who she is: an agency's card says only for which agency. Refusals: those of `provePasskey`, and
 * `clerk-self-not-accepted` for a passkey that is no citizen's or worth less than substantial.
 */
export async function confirmClerkSelf(
  services: PasskeyProofServices,
  login: Login,
  input: PasskeyAnswer,
): Promise<ClerkSelf> {
  const { passkey, acr } = await provePasskey(services, 'clerk-self', input);
  const person = await services.persons.person(passkey.personId);
  if (person?.kind !== 'citizen' || !reaches(acr, 'substantial'))
    throw refused('clerk-self-not-accepted', 'Use a passkey of your own that you made with your card.', {
      status: 403,
    });
  return { loginId: login.id, personId: passkey.personId, at: input.now };
}

/** The person who confirmed herself in this very login, and not too long ago. */
export function personOfClerk(self: ClerkSelf | undefined, login: Login, now: Date): string | undefined {
  const counts = self?.loginId === login.id && now.getTime() - self.at.getTime() <= SELF_SECONDS * 1000;
  return counts ? self.personId : undefined;
}
