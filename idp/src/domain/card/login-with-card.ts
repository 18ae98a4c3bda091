import { isAppError } from '@xinlu/common/errors';
import type { HolderKind } from '@xinlu/common/wire';
import { weaker } from '../assurance/acr.ts';
import type { Audit } from '../audit/audit.ts';
import { AMR, type NewLogin, type ProviderSessions } from '../login/logins.ts';
import type { CivilRecords } from '../person/civil-notices.ts';
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
import { checkOnline, type OnlineStatus } from './online-status.ts';
import type { CivilRegistry, RevocationSource, TrustedNow } from './ports.ts';
import { type CardProofServices, type ClaimedCardProof, HIGHEST_BY_WAY, proveCard } from './prove-card.ts';

export type CardLoginServices = CardProofServices & {
  trust: TrustedNow;
  revocation: RevocationSource;
  online: OnlineStatus;
  registry: CivilRegistry;
  attempts: CardAttempts;
  persons: PersonStore;
  civil: CivilRecords;
  sessions: ProviderSessions;
  audit: Audit;
};

/** What the browser sends, and from where; nothing of what it sends is trusted. */
export type CardLoginInput = {
  proof: ClaimedCardProof;
  /** Of a person; an organisation has none to give. */
  claimedNationalId: string | undefined;
  browserSession: string;
  browser: string;
  /** For whom somebody may sign in at this place. */
  accepted: readonly HolderKind[];
  now: Date;
};

type Judged = { holder: VerifiedHolder; issued: IssuedCertificate };

/**
 * The one judge of card answers, whichever way they came: each line is a check, in this order, and the first that fails
 * decides. Its refusals are listed at each check.
 */
async function judge(services: CardLoginServices, input: CardLoginInput): Promise<Judged> {
  const { revocation } = services;
  const { accepted, now } = input;
  const claimedNationalId = input.claimedNationalId && readNationalId(input.claimedNationalId);
  const trust = services.trust();
  const unverifiedCertificate = await proveCard(services, input.proof, input.browserSession);
  const issued = validatePath(unverifiedCertificate, trust, accepted, now);
  checkRevocation(issued, trust, revocation, now);
  await checkOnline(issued.authority, issued.certificate, services.online);
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
    await services.sessions.end(await services.civil.deceased(claimedNationalId));
  });
  await services.attempts.clear(issued.certificate.fingerprint);
  return name;
}

/** A login by card: worth what its authority is taken for, and never more than the way it came. */
export async function loginWithCard(services: CardLoginServices, input: CardLoginInput): Promise<NewLogin> {
  try {
    const seen = services.revocation.index();
    const { holder, issued } = await judge(services, input);
    const { person, certificate } = await services.persons.admit(holder);
    // Lists that came meanwhile were held against the cards known before this one.
    if (services.revocation.index() !== seen)
      checkRevocation(issued, services.trust(), services.revocation, input.now);
    return {
      personId: person.id,
      method: 'card',
      certificateId: certificate.id,
      acr: weaker(issued.authority.maximumAcr, HIGHEST_BY_WAY[input.proof.way]),
      amr: AMR.card,
      browser: input.browser,
    };
  } catch (error) {
    if (isAppError(error))
      await services.audit.record({ kind: 'card.refused', detail: { code: error.code } });
    throw error;
  }
}
