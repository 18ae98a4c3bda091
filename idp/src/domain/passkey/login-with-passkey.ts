import { AMR, type NewLogin } from '../login/logins.ts';
import { type PasskeyAnswer, type PasskeyProofServices, provePasskey } from './prove-passkey.ts';

export async function beginPasskeyLogin(
  services: PasskeyProofServices,
  browserSession: string,
): Promise<object> {
  return services.webauthn.loginOptions(await services.challenges.issue('passkey-login', browserSession));
}

/** A login by passkey alone. Refusals: those of `provePasskey`. */
export async function loginWithPasskey(
  services: PasskeyProofServices,
  input: PasskeyAnswer & { browser: string },
): Promise<NewLogin> {
  const { passkey, acr } = await provePasskey(services, 'passkey-login', input);
  return {
    personId: passkey.personId,
    method: 'passkey',
    ...('certificateId' in passkey.origin ? passkey.origin : {}),
    passkeyId: passkey.id,
    acr,
    amr: AMR.passkey,
    browser: input.browser,
  };
}
