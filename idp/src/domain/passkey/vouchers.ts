import { refused } from '@xinlu/common/errors';
import type { Acr } from '@xinlu/common/wire';
import { weaker } from '../assurance/acr.ts';
import type { Login } from '../login/logins.ts';
import { type Recoveries, requireSettled } from '../recovery/recoveries.ts';
import type { Making, Origin, PasskeyStore } from './passkeys.ts';
import { type PasskeyAnswer, type PasskeyProofServices, provePasskey } from './prove-passkey.ts';

/** The login must be fresh: a browser left open is no proof that she is the one who enrols. */
export const ENROLMENT_WINDOW_SECONDS = 15 * 60;
/** So long after the second passkey was used, beside the first, the two vouch for a third. */
export const SECOND_FACTOR_SECONDS = 5 * 60;

/** What vouches for a new passkey: whose it will be, what it will hang on, and what it can be worth at most. */
export type Voucher = {
  personId: string;
  origin: Origin;
  acr: Acr;
  making?: Making;
};

/** What was confirmed in this browser beside the login: another passkey of hers, or that the others are lost. */
export type Confirmed = { second?: SecondFactor | undefined; othersLostFor?: string | undefined };

/** A second passkey that was used in this browser beside the login's own. */
export type SecondFactor = { loginId: string; passkeyId: string; acr: Acr; at: Date };

const within = (from: Date, seconds: number, now: Date) => now.getTime() - from.getTime() <= seconds * 1000;

export const isFresh = (login: Login, now: Date): boolean =>
  within(login.startedAt, ENROLMENT_WINDOW_SECONDS, now);

/** Whether the login alone lets her add a passkey; an organisation's card is handed round, and a passkey would stay. */
export const mayEnrol = (login: Login, now: Date): boolean =>
  login.method === 'card' && login.holder === 'citizen' && isFresh(login, now);

/**
 * A fresh card login vouches by itself, a fresh passkey login together with another passkey of hers. One whose others are lost
 * vouches too, at the price of a recovery that cools off. Refusals: `card-login-needed`, `second-factor-needed`, `cooling-off`.
 */
export async function voucherOf(
  services: { passkeys: PasskeyStore; recoveries: Recoveries },
  login: Login,
  { second, othersLostFor }: Confirmed,
  now: Date,
): Promise<Voucher> {
  if (!isFresh(login, now) || login.method !== 'passkey') {
    if (mayEnrol(login, now) && login.certificateId !== undefined)
      return { personId: login.personId, origin: { certificateId: login.certificateId }, acr: login.acr };
    throw refused('card-login-needed', 'Log in with your card first, then add the passkey.', { status: 403 });
  }
  const valid =
    second !== undefined &&
    second.loginId === login.id &&
    second.passkeyId !== login.passkeyId &&
    within(second.at, SECOND_FACTOR_SECONDS, now);
  await requireSettled(services.recoveries, login);
  const own = (await services.passkeys.ofPerson(login.personId)).find(({ id }) => id === login.passkeyId);
  if (own !== undefined && !valid && othersLostFor === login.id)
    return { personId: login.personId, origin: own.origin, acr: login.acr, making: { recoveryBy: own.id } };
  if (!valid || own === undefined)
    throw refused('second-factor-needed', 'Confirm with another passkey or your card first.', {
      status: 403,
    });
  return { personId: login.personId, origin: own.origin, acr: weaker(login.acr, second.acr) };
}

/** The question for her other passkeys. Refusal: `card-login-needed` when the login is no fresh one by passkey. */
export async function beginSecondFactor(
  services: PasskeyProofServices,
  input: { login: Login; browserSession: string; now: Date },
): Promise<object> {
  const { login, browserSession, now } = input;
  if (login.method !== 'passkey' || !isFresh(login, now))
    throw refused('card-login-needed', 'Log in with your card first, then add the passkey.', { status: 403 });
  const others = (await services.passkeys.ofPerson(login.personId)).filter(
    ({ id, state }) => id !== login.passkeyId && state === 'active',
  );
  return services.webauthn.loginOptions(
    await services.challenges.issue('passkey-second', browserSession),
    others,
  );
}

/** Refusals: those of `provePasskey`; `passkey-same` for the passkey that she logged in with; another person's is not accepted. */
export async function finishSecondFactor(
  services: PasskeyProofServices,
  input: PasskeyAnswer & { login: Login },
): Promise<SecondFactor> {
  const { passkey, acr } = await provePasskey(services, 'passkey-second', input);
  const { login } = input;
  if (passkey.personId !== login.personId)
    throw refused('passkey-of-another', 'This passkey is not yours.', { status: 403 });
  if (passkey.id === login.passkeyId)
    throw refused('passkey-same', 'This is the passkey you signed in with; use another one.');
  return { loginId: login.id, passkeyId: passkey.id, acr, at: input.now };
}
