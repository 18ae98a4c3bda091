import { refused } from '@xinlu/common/errors';
import type { Acr } from '@xinlu/common/wire';
import { weaker } from '../assurance/acr.ts';
import type { Audit } from '../audit/audit.ts';
import type { RevocationSource } from '../card/ports.ts';
import { revocationUnknown } from '../card/refusals.ts';
import type { ChallengePurpose, Challenges } from '../challenge/challenges.ts';
import type { Notices } from '../notice/notices.ts';
import type { PersonStore } from '../person/person-store.ts';
import type { Recoveries } from '../recovery/recoveries.ts';
import type { AuthenticatorMetadata } from './metadata.ts';
import { worthNow } from './passkey-policy.ts';
import type { Passkey, PasskeyStore } from './passkeys.ts';
import type { Assertion, Webauthn } from './webauthn.ts';

export type PasskeyProofServices = {
  challenges: Challenges;
  webauthn: Webauthn;
  metadata: AuthenticatorMetadata;
  passkeys: PasskeyStore;
  persons: PersonStore;
  revocation: RevocationSource;
  audit: Audit;
  notices: Notices;
  recoveries: Recoveries;
};

/** What a passkey from a recovery is worth at most until that has cooled off. */
const WORTH_WHILE_COOLING: Acr = 'substantial';

export type PasskeyAnswer = { browserSession: string; now: Date; unverifiedAnswer: unknown };

/** Unknown, removed, forged: one answer for all, so that nobody learns which passkeys exist. */
export const passkeyNotAccepted = () =>
  refused('passkey-not-accepted', 'This passkey was not accepted. Try another one, or use your card.', {
    status: 403,
  });

/**
 * Whose passkey answered, whatever its state; removed ones are nobody's. The same work is done for a passkey that we do not
 * know, so that time tells no more than the answer. Refusals: `passkey-answer-wrong`, `challenge-unknown`, `passkey-not-accepted`.
 */
export async function proveHolder(
  services: PasskeyProofServices,
  purpose: ChallengePurpose,
  input: PasskeyAnswer,
): Promise<{ passkey: Passkey; assertion: Assertion }> {
  const claimed = services.webauthn.claims(input.unverifiedAnswer);
  if (claimed === undefined)
    throw refused('passkey-answer-wrong', 'The passkey was not accepted; start again.');
  await services.challenges.use(purpose, input.browserSession, claimed.challenge);
  const found = await services.passkeys.byCredential(claimed.credentialId);
  const passkey = found?.state === 'removed' ? undefined : found;
  const assertion = await services.webauthn
    .verifyLogin(input.unverifiedAnswer, claimed.challenge, passkey)
    .catch((cause: unknown) => {
      throw Object.assign(passkeyNotAccepted(), { cause });
    });
  if (passkey === undefined) throw passkeyNotAccepted();
  return { passkey, assertion };
}

/**
 * Her passkey, and what it is worth now. Refusals: those of `proveHolder`, and, to its proven holder only,
 * `passkey-suspended` (what it hangs on is no longer good), `passkey-model-unsafe`, and retryable `revocation-unknown` (nobody
 * can say now).
 */
export async function provePasskey(
  services: PasskeyProofServices,
  purpose: ChallengePurpose,
  input: PasskeyAnswer,
): Promise<{ passkey: Passkey; acr: Acr }> {
  const { passkey, assertion } = await proveHolder(services, purpose, input);
  await requireGoodOrigin(services, passkey, input.now);
  const acr = worthNow(services.metadata, passkey, passkey.acr);
  await noteUse(services, passkey, assertion);
  const recovery = await services.recoveries.cooling(passkey.personId);
  const isNew = recovery?.passkeyId === passkey.id;
  return { passkey, acr: isNew ? weaker(acr, WORTH_WHILE_COOLING) : acr };
}

/** A passkey ends with what it hangs on, and one that stands in for a card waits where the card would have to. */
async function requireGoodOrigin(services: PasskeyProofServices, passkey: Passkey, now: Date): Promise<void> {
  const person = await services.persons.person(passkey.personId);
  if (passkey.state !== 'active' || person?.state !== 'living') throw suspended();
  if (!('certificateId' in passkey.origin)) return;
  const certificate = await services.persons.certificate(passkey.origin.certificateId);
  if (certificate?.state !== 'active' || now > certificate.notAfter) throw suspended();
  const { authority, serial } = certificate;
  const ofAuthority = services.revocation.authority(authority);
  const listed = services.revocation.certificate(authority, serial);
  if (ofAuthority === 'revoked' || ofAuthority === 'ended' || listed !== 'good') throw suspended();
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
 * counter always say 0. Whether it may be backed up never changes (7.2, step 18): a change means another key. The store
 * moves the counter by compare-and-set, so two parallel uses of one count cannot both pass. She is told of what was noticed.
 */
export async function noteUse(
  services: PasskeyProofServices,
  passkey: Passkey,
  seen: Assertion,
): Promise<void> {
  const tell = async (
    kind: 'passkey.eligibility-changed' | 'passkey.counter-regressed' | 'passkey.backup-changed',
    detail: Record<string, number | boolean>,
  ) => {
    const { personId } = passkey;
    await services.audit.record({ kind, personId, detail: { passkey: passkey.id, ...detail } });
    await services.notices.tell({ kind, personId, detail: { passkey: passkey.id, ...detail } });
  };
  if (seen.deviceBound !== passkey.deviceBound) {
    await tell('passkey.eligibility-changed', { deviceBound: seen.deviceBound });
    throw passkeyNotAccepted();
  }
  const counts = passkey.counter > 0 || seen.counter > 0;
  const moved =
    (!counts || seen.counter > passkey.counter) && (await services.passkeys.used(passkey.id, passkey, seen));
  if (!moved) {
    await tell('passkey.counter-regressed', { known: passkey.counter, seen: seen.counter });
    throw passkeyNotAccepted();
  }
  if (seen.backedUp !== passkey.backedUp) await tell('passkey.backup-changed', { backedUp: seen.backedUp });
}
