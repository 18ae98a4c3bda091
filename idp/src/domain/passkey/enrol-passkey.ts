import { refused } from '@xinlu/common/errors';
import type { Audit } from '../audit/audit.ts';
import type { Challenges } from '../challenge/challenges.ts';
import type { Login } from '../login/logins.ts';
import type { PersonStore } from '../person/person-store.ts';
import type { AuthenticatorMetadata } from './metadata.ts';
import { worthNow } from './passkey-policy.ts';
import type { Passkey, PasskeyStore } from './passkeys.ts';
import type { Webauthn } from './webauthn.ts';

/** The card login must be fresh: a browser left open is no proof that she is the one who enrols. */
export const ENROLMENT_WINDOW_SECONDS = 15 * 60;

export type EnrolmentServices = {
  challenges: Challenges;
  webauthn: Webauthn;
  metadata: AuthenticatorMetadata;
  passkeys: PasskeyStore;
  persons: PersonStore;
  audit: Audit;
};

export function mayEnrol(login: Login, now: Date): boolean {
  return (
    login.method === 'card' && now.getTime() - login.startedAt.getTime() <= ENROLMENT_WINDOW_SECONDS * 1000
  );
}

function requireFreshCard(login: Login, now: Date): void {
  if (!mayEnrol(login, now)) {
    throw refused('card-login-needed', 'Log in with your card first, then add the passkey.', { status: 403 });
  }
}

export async function beginEnrolment(
  services: EnrolmentServices,
  input: { login: Login; browserSession: string; now: Date; userName: string },
): Promise<object> {
  requireFreshCard(input.login, input.now);
  const person = await services.persons.person(input.login.personId);
  if (person === undefined) throw refused('login-ended', 'You are no longer logged in.', { status: 401 });
  return services.webauthn.enrolmentOptions({
    challenge: await services.challenges.issue('passkey-enrolment', input.browserSession),
    userId: person.webauthnUserId,
    userName: input.userName,
    known: await services.passkeys.ofPerson(person.id),
    attestation: services.metadata.state() !== 'absent',
  });
}

/**
 * 以證換證: the card login just made vouches for the new passkey, which hangs on its certificate and is worth as much as the
 * login at most, less where the policy says so.
 */
export async function finishEnrolment(
  services: EnrolmentServices,
  input: { login: Login; browserSession: string; now: Date; name: string; unverifiedAnswer: unknown },
): Promise<Passkey> {
  requireFreshCard(input.login, input.now);
  const claimed = services.webauthn.claims(input.unverifiedAnswer);
  if (claimed === undefined)
    throw refused('passkey-answer-wrong', 'The passkey was not accepted; start again.');
  await services.challenges.use('passkey-enrolment', input.browserSession, claimed.challenge);
  const { unverifiedChain, ...credential } = await services.webauthn.verifyEnrolment(
    input.unverifiedAnswer,
    claimed.challenge,
  );
  const attested = services.metadata.vouches(credential.aaguid, unverifiedChain);
  const passkey = await services.passkeys.add({
    ...credential,
    attested,
    personId: input.login.personId,
    certificateId: input.login.certificateId,
    acr: worthNow(services.metadata, { ...credential, attested }, input.login.acr),
    name: input.name,
  });
  await services.audit.record({
    kind: 'passkey.enrolled',
    personId: passkey.personId,
    detail: { passkey: passkey.id, certificate: passkey.certificateId, acr: passkey.acr },
  });
  return passkey;
}
