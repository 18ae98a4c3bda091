import { isAppError } from '@xinlu/common/errors';
import type { HolderKind } from '@xinlu/common/wire';
import { HIGHEST_OFFERED, weaker } from '../assurance/acr.ts';
import type { Audit } from '../audit/audit.ts';
import type { Challenges } from '../challenge/challenges.ts';
import { AMR, type NewLogin, type ProviderSessions } from '../login/logins.ts';
import { nationalIdMissing, readNationalId } from '../person/national-id.ts';
import { holderKindOf } from '../person/organisation.ts';
import type { PersonStore, VerifiedHolder } from '../person/person-store.ts';
import type { CardAttempts } from './card-attempts.ts';
import { checkRevocation } from './checks/check-revocation.ts';
import { confirmWithRegistry } from './checks/confirm-with-registry.ts';
import { identifyOrganisation } from './checks/identify-organisation.ts';
import { matchLastFour } from './checks/match-last-four.ts';
import { refuseDeceased } from './checks/refuse-deceased.ts';
import { type IssuedCertificate, validatePath } from './checks/validate-path.ts';
import { verifySignature } from './checks/verify-signature.ts';
import type { CivilRegistry, RevocationSource, TrustedNow } from './ports.ts';
import { signedText } from './signed-text.ts';

/** What the browser sends after the card has signed; nothing in it is trusted. */
export type ClaimedCardAnswer = {
  challenge: string;
  /** Of a person; an organisation has none to give. */
  claimedNationalId?: string | undefined;
  signatureType: 'PKCS1' | 'PKCS7';
  signature: Uint8Array;
  certificate: Uint8Array;
};

export type CardLoginServices = {
  origin: string;
  challenges: Challenges;
  trust: TrustedNow;
  revocation: RevocationSource;
  registry: CivilRegistry;
  attempts: CardAttempts;
  persons: PersonStore;
  sessions: ProviderSessions;
  audit: Audit;
};

type Judged = { holder: VerifiedHolder; issued: IssuedCertificate };

/**
 * The one judge of card answers: each line is a check, in this order, and the first that fails decides. Its refusals are
 * listed at each check.
 */
async function judge(
  services: CardLoginServices,
  answer: ClaimedCardAnswer,
  browserSession: string,
  accepted: readonly HolderKind[],
  now: Date,
): Promise<Judged> {
  const { revocation, origin } = services;
  const claimedNationalId = answer.claimedNationalId && readNationalId(answer.claimedNationalId);
  const trust = services.trust();
  await services.challenges.use('card', browserSession, answer.challenge);
  const unverifiedCertificate = verifySignature({ ...answer, text: signedText(origin, answer.challenge) });
  const issued = validatePath(unverifiedCertificate, trust, accepted, now);
  checkRevocation(issued, trust, revocation, now);
  const kind = holderKindOf(issued.authority.identity);
  const { certificate, authority } = issued;
  const shared = { authority: authority.ca, certificate };
  if (kind !== 'citizen')
    return { issued, holder: { ...shared, kind, ...identifyOrganisation(certificate, kind) } };
  if (!claimedNationalId) throw nationalIdMissing();
  const name = await identifyPerson(services, issued, claimedNationalId);
  return { issued, holder: { ...shared, nationalId: claimedNationalId, name } };
}

/** That the card is hers whose number was typed; gives the name in the certificate. */
async function identifyPerson(
  services: CardLoginServices,
  issued: IssuedCertificate,
  claimedNationalId: string,
): Promise<string> {
  await services.attempts.count(issued.certificate.fingerprint);
  const { name } = matchLastFour(issued.certificate, claimedNationalId);
  const state = await confirmWithRegistry(services.registry, issued, claimedNationalId);
  await refuseDeceased(state, async () => {
    await services.sessions.end(await services.persons.recordDeath(claimedNationalId));
  });
  await services.attempts.clear(issued.certificate.fingerprint);
  return name;
}

/** A login by card through HiPKI. It does not bind the page's origin to the signature, so it is never worth `high`. */
export async function loginWithCard(
  services: CardLoginServices,
  input: {
    answer: ClaimedCardAnswer;
    browserSession: string;
    browser: string;
    accepted: readonly HolderKind[];
    now: Date;
  },
): Promise<NewLogin> {
  try {
    const { answer, browserSession, accepted, now } = input;
    const { holder, issued } = await judge(services, answer, browserSession, accepted, now);
    const { person, certificate } = await services.persons.admit(holder);
    return {
      personId: person.id,
      method: 'card',
      certificateId: certificate.id,
      acr: weaker(issued.authority.maximumAcr, HIGHEST_OFFERED),
      amr: AMR.card,
      browser: input.browser,
    };
  } catch (error) {
    if (isAppError(error))
      await services.audit.record({ kind: 'card.refused', detail: { code: error.code } });
    throw error;
  }
}
