import { refused } from '@xinlu/common/errors';
import { personDeceased } from '../card/checks/refuse-deceased.ts';
import type { CivilRegistry } from '../card/ports.ts';
import type { ProviderSessions } from '../login/logins.ts';
import type { CivilRecords } from '../person/civil-notices.ts';
import { readNationalId } from '../person/national-id.ts';
import type { Clerk, ClerkServices } from './clerk.ts';
import type { CounterCodes } from './counter-code.ts';
import {
  type CounterAcr,
  type CounterEnrolment,
  type CounterStore,
  DOCUMENTS,
  type DocumentCode,
} from './counter-store.ts';

/** From the moment that a code can be used. */
export const CODE_SECONDS = 600;
/** So long a second clerk may take. */
export const SECOND_CLERK_SECONDS = 1800;

export type CounterServices = ClerkServices & {
  registry: CivilRegistry;
  civil: CivilRecords;
  sessions: ProviderSessions;
  counter: CounterStore;
  codes: CounterCodes;
};

export type Papers = {
  claimedNationalId: string;
  claimedName: string;
  documents: readonly string[];
  acr: CounterAcr;
};

const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000);

const selfNeeded = () =>
  refused('clerk-self-needed', 'For this level confirm first who you are, with your own passkey.', {
    status: 403,
  });
const ownEnrolment = () =>
  refused('own-enrolment', 'Nobody enrols herself; another clerk must do it.', { status: 403 });

/**
 * A clerk has seen her and her papers. The registry confirms that the number and the name belong together; a code is made
 * for her, worth nothing yet if a second clerk must confirm. Refusals: `national-id-malformed`, `name-missing`, `documents-missing`,
 * `papers-not-confirmed`, `person-deceased`, and for `high` `clerk-self-needed` and `own-enrolment`; retryable when the registry is away.
 */
export async function enrolAtCounter(
  services: CounterServices,
  clerk: Clerk,
  papers: Papers,
  now: Date,
): Promise<{ enrolment: CounterEnrolment; code: string }> {
  const claimedNationalId = readNationalId(papers.claimedNationalId);
  const name = papers.claimedName.normalize('NFC').trim();
  if (name === '') throw refused('name-missing', 'Type the name as written in the papers.');
  const documents = DOCUMENTS.filter((known) => papers.documents.includes(known)) satisfies DocumentCode[];
  if (documents.length === 0) throw refused('documents-missing', 'Say which papers were checked.');
  if (papers.acr === 'high' && clerk.personId === undefined) throw selfNeeded();
  const answer = await services.registry.confirmPapers({ claimedNationalId, claimedName: name });
  if (!answer.confirmed)
    throw refused('papers-not-confirmed', 'The registry knows nobody with this number and name.', {
      status: 403,
    });
  if (answer.state === 'deceased') {
    await services.sessions.end(await services.civil.deceased(claimedNationalId));
    throw personDeceased();
  }
  const person = await services.persons.admitByPapers({ nationalId: claimedNationalId, name });
  if (papers.acr === 'high' && person.id === clerk.personId) throw ownEnrolment();
  const code = services.codes.make();
  const codeHash = services.codes.hash(code);
  if (codeHash === undefined) throw new Error('a code that cannot be read again');
  const enrolment = await services.counter.begin({
    personId: person.id,
    agency: clerk.agency,
    documents,
    acr: papers.acr,
    clerk: clerk.certificateId,
    ...(clerk.personId === undefined || papers.acr !== 'high' ? {} : { clerkPerson: clerk.personId }),
    validUntil: after(now, papers.acr === 'high' ? SECOND_CLERK_SECONDS : CODE_SECONDS),
    codeHash,
  });
  return { enrolment, code };
}

const gone = () =>
  refused('counter-enrolment-gone', 'This enrolment has expired or is finished.', { status: 409 });

/** An enrolment of the clerk's own agency. Refusal: `counter-enrolment-gone` for any other. */
export async function enrolmentOf(
  services: CounterServices,
  clerk: Clerk,
  id: string,
): Promise<CounterEnrolment> {
  const found = await services.counter.find(id);
  if (found?.agency !== clerk.agency) throw gone();
  return found;
}

/**
 * The second clerk, another person with another card, has seen her papers too: from now on the code is good. Refusals:
 * `clerk-self-needed`, `same-clerk`, `counter-enrolment-gone`.
 */
export async function confirmAtCounter(
  services: CounterServices,
  clerk: Clerk,
  id: string,
  now: Date,
): Promise<CounterEnrolment> {
  await enrolmentOf(services, clerk, id);
  const { certificateId, personId } = clerk;
  if (personId === undefined) throw selfNeeded();
  const outcome = await services.counter.confirm(id, { certificateId, personId }, after(now, CODE_SECONDS));
  if (outcome === 'same-clerk')
    throw refused('same-clerk', 'Another clerk, with a card of her own, must confirm this.', { status: 403 });
  if (outcome === 'gone') throw gone();
  return enrolmentOf(services, clerk, id);
}

/** Takes an enrolment back before a passkey was made with it. Refusal: `counter-enrolment-gone`. */
export async function withdrawAtCounter(services: CounterServices, clerk: Clerk, id: string): Promise<void> {
  const { clerk: first } = await enrolmentOf(services, clerk, id);
  const reason = first === clerk.certificateId ? 'clerk' : 'second-clerk';
  if (!(await services.counter.withdraw(id, { clerk: clerk.certificateId, reason }))) throw gone();
}
