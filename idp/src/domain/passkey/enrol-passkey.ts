import { refused } from '@xinlu/common/errors';
import type { Audit } from '../audit/audit.ts';
import type { Challenges } from '../challenge/challenges.ts';
import type { PersonStore } from '../person/person-store.ts';
import type { AuthenticatorMetadata } from './metadata.ts';
import { worthNow } from './passkey-policy.ts';
import { MOST_PASSKEYS, type Passkey, type PasskeyStore } from './passkeys.ts';
import type { Voucher } from './vouchers.ts';
import type { Webauthn } from './webauthn.ts';

export type EnrolmentServices = {
  challenges: Challenges;
  webauthn: Webauthn;
  metadata: AuthenticatorMetadata;
  passkeys: PasskeyStore;
  persons: PersonStore;
  audit: Audit;
};

/** Refusals: `login-ended` when the person is no more; `passkeys-full`. */
export async function beginEnrolment(
  services: EnrolmentServices,
  input: { voucher: Voucher; browserSession: string },
): Promise<object> {
  const person = await services.persons.person(input.voucher.personId);
  if (person?.state !== 'living')
    throw refused('login-ended', 'You are no longer logged in.', { status: 401 });
  const known = await services.passkeys.ofPerson(person.id);
  if (known.length >= MOST_PASSKEYS) throw passkeysFull();
  return services.webauthn.enrolmentOptions({
    challenge: await services.challenges.issue('passkey-enrolment', input.browserSession),
    userId: person.webauthnUserId,
    userName: person.name,
    known,
    attestation: services.metadata.state() !== 'absent',
  });
}

export const passkeysFull = () =>
  refused('passkeys-full', 'You have as many passkeys as one person can have. Remove one first.', {
    status: 409,
  });

/**
 * 以證換證: what vouches for the new passkey is also what it hangs on, and bounds what it is worth; the policy may give less.
 * Refusals: `passkey-answer-wrong`, `challenge-unknown`, `passkey-model-unsafe`, `passkey-known`, `passkeys-full`.
 */
export async function finishEnrolment(
  services: EnrolmentServices,
  input: { voucher: Voucher; browserSession: string; name: string; unverifiedAnswer: unknown },
): Promise<Passkey> {
  const { voucher } = input;
  const claimed = services.webauthn.claims(input.unverifiedAnswer);
  if (claimed === undefined)
    throw refused('passkey-answer-wrong', 'The passkey was not accepted; start again.');
  await services.challenges.use('passkey-enrolment', input.browserSession, claimed.challenge);
  const { unverifiedChain, ...credential } = await services.webauthn.verifyEnrolment(
    input.unverifiedAnswer,
    claimed.challenge,
  );
  const attested = services.metadata.vouches(credential.aaguid, unverifiedChain);
  const passkey = await services.passkeys.add(
    {
      ...credential,
      attested,
      personId: voucher.personId,
      origin: voucher.origin,
      acr: worthNow(services.metadata, { ...credential, attested }, voucher.acr),
      name: input.name,
    },
    voucher.making,
  );
  await services.audit.record({
    kind: 'passkey.enrolled',
    personId: passkey.personId,
    detail: {
      passkey: passkey.id,
      ...('certificateId' in voucher.origin
        ? { certificate: voucher.origin.certificateId }
        : { counterEnrolment: voucher.origin.counterEnrolmentId }),
      acr: passkey.acr,
      attested,
    },
  });
  return passkey;
}
