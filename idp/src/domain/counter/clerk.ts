import { refused } from '@xinlu/common/errors';
import type { RegisterView } from '@xinlu/common/register';
import type { RevocationSource } from '../card/ports.ts';
import type { Login } from '../login/logins.ts';
import type { PersonStore } from '../person/person-store.ts';
import { type ClerkSelf, personOfClerk } from './clerk-self.ts';

/**
 * Who stands at the counter: an agency's card, of an agency that may enrol people; and the person, once she has confirmed
 * herself, since the card names none.
 */
export type Clerk = { agency: string; certificateId: string; personId?: string };

export type ClerkServices = {
  persons: PersonStore;
  revocation: RevocationSource;
  register: () => RegisterView;
};

/** A clerk's desk is not left open for a day. */
const CLERK_SECONDS = 3600;

const notAClerk = () =>
  refused('clerk-needed', 'Sign in with the card of an agency that runs a counter.', { status: 403 });

/**
 * The clerk behind a live login by an agency's card. Refusal: `clerk-needed` for anybody else, for an agency without the role
 * `counter` in the register now, and for a login older than an hour.
 */
export async function clerkOf(
  services: ClerkServices,
  login: Login,
  now: Date,
  self?: ClerkSelf,
): Promise<Clerk> {
  const person = await services.persons.person(login.personId);
  const { certificateId } = login;
  const fresh = now.getTime() - login.startedAt.getTime() <= CLERK_SECONDS * 1000;
  if (login.method !== 'card' || certificateId === undefined || person?.kind !== 'agency' || !fresh)
    throw notAClerk();
  const oid = person.organisation?.scheme === 'oid' ? person.organisation.value : undefined;
  const agency = services
    .register()
    .byRole('counter')
    .find((participant) => participant.oid === oid)?.id;
  if (agency === undefined || !(await isCardGood(services, certificateId, now))) throw notAClerk();
  const personId = personOfClerk(self, login, now);
  return { agency, certificateId, ...(personId === undefined ? {} : { personId }) };
}

/** Whether a clerk's card still counts by the lists held now. */
export async function isCardGood(
  services: ClerkServices,
  certificateId: string,
  now: Date,
): Promise<boolean> {
  const certificate = await services.persons.certificate(certificateId);
  if (certificate?.state !== 'active' || now > certificate.notAfter) return false;
  const { authority, serial } = certificate;
  return (
    services.revocation.authority(authority) === 'good' &&
    services.revocation.certificate(authority, serial) === 'good'
  );
}
