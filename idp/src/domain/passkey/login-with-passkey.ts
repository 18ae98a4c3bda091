import { refused } from '@xinlu/common/errors';
import type { Audit } from '../audit/audit.ts';
import type { RevocationSource } from '../card/ports.ts';
import { revocationUnknown } from '../card/refusals.ts';
import type { Challenges } from '../challenge/challenges.ts';
import { AMR, type NewLogin } from '../login/logins.ts';
import type { PersonStore } from '../person/person-store.ts';
import type { AuthenticatorMetadata } from './metadata.ts';
import { worthNow } from './passkey-policy.ts';
import type { Passkey, PasskeyStore } from './passkeys.ts';
import type { Assertion, Webauthn } from './webauthn.ts';

export type PasskeyLoginServices = {
  challenges: Challenges;
  webauthn: Webauthn;
  metadata: AuthenticatorMetadata;
  passkeys: PasskeyStore;
  persons: PersonStore;
  revocation: RevocationSource;
  audit: Audit;
};

/** Unknown, removed, forged: one answer for all, so that nobody learns which passkeys exist. */
const notAccepted = () =>
  refused('passkey-not-accepted', 'This passkey was not accepted. Try another one, or use your card.', {
    status: 403,
  });

export async function beginPasskeyLogin(
  services: PasskeyLoginServices,
  browserSession: string,
): Promise<object> {
  return services.webauthn.loginOptions(await services.challenges.issue('passkey-login', browserSession));
}

/**
 * A login by passkey alone. Refusals: `challenge-unknown`, `passkey-not-accepted`, and, to its proven holder only,
 * `passkey-suspended` (its card is no longer good) and retryable `revocation-unknown` (nobody can say now).
 */
export async function loginWithPasskey(
  services: PasskeyLoginServices,
  input: { browserSession: string; browser: string; now: Date; unverifiedAnswer: unknown },
): Promise<NewLogin> {
  const claimed = services.webauthn.claims(input.unverifiedAnswer);
  if (claimed === undefined)
    throw refused('passkey-answer-wrong', 'The passkey was not accepted; start again.');
  await services.challenges.use('passkey-login', input.browserSession, claimed.challenge);
  const passkey = await services.passkeys.byCredential(claimed.credentialId);
  if (passkey === undefined || passkey.state === 'removed') throw notAccepted();
  const assertion = await services.webauthn
    .verifyLogin(input.unverifiedAnswer, claimed.challenge, passkey)
    .catch((cause: unknown) => {
      throw Object.assign(notAccepted(), { cause });
    });
  await requireGoodCard(services, passkey, input.now);
  const acr = worthNow(services.metadata, passkey, passkey.acr);
  await noteUse(services, passkey, assertion);
  return {
    personId: passkey.personId,
    method: 'passkey',
    certificateId: passkey.certificateId,
    passkeyId: passkey.id,
    acr,
    amr: AMR.passkey,
    browser: input.browser,
  };
}

/** The passkey stands in for the card: it ends with it, and waits where the card would have to. */
async function requireGoodCard(services: PasskeyLoginServices, passkey: Passkey, now: Date): Promise<void> {
  const [certificate, person] = await Promise.all([
    services.persons.certificate(passkey.certificateId),
    services.persons.person(passkey.personId),
  ]);
  const known = passkey.state === 'active' && person?.state === 'living' && certificate?.state === 'active';
  if (!known || now > certificate.notAfter) throw suspended();
  const { authority, serial } = certificate;
  const ofAuthority = services.revocation.authority(authority);
  const listed = services.revocation.certificate(authority, serial);
  if (ofAuthority === 'revoked' || listed !== 'good') throw suspended();
  if (ofAuthority === 'unknown') throw revocationUnknown(new Error('no fresh list of the authority'));
}

const suspended = () =>
  refused(
    'passkey-suspended',
    'This passkey is suspended because the card it came from is no longer valid. Log in with a valid card.',
    { status: 403 },
  );

/**
 * A counter that does not grow means that somebody may have copied the key (WebAuthn 6.1.1); authenticators without a
 * counter always say 0. Whether it may be backed up never changes (7.2, step 18): a change means another key. The store moves the counter by compare-and-set, so two parallel uses of one count cannot both pass.
 */
async function noteUse(services: PasskeyLoginServices, passkey: Passkey, seen: Assertion): Promise<void> {
  const counts = passkey.counter > 0 || seen.counter > 0;
  if (seen.deviceBound !== passkey.deviceBound) {
    await services.audit.record({
      kind: 'passkey.eligibility-changed',
      personId: passkey.personId,
      detail: { passkey: passkey.id, deviceBound: seen.deviceBound },
    });
    throw notAccepted();
  }
  const moved =
    (!counts || seen.counter > passkey.counter) && (await services.passkeys.used(passkey.id, passkey, seen));
  if (!moved) {
    await services.audit.record({
      kind: 'passkey.counter-regressed',
      personId: passkey.personId,
      detail: { passkey: passkey.id, known: passkey.counter, seen: seen.counter },
    });
    throw notAccepted();
  }
  if (seen.backedUp !== passkey.backedUp) {
    await services.audit.record({
      kind: 'passkey.backup-changed',
      personId: passkey.personId,
      detail: { passkey: passkey.id, backedUp: seen.backedUp },
    });
  }
}
