import { refused } from '@xinlu/common/errors';
import type { Login } from '../login/logins.ts';
import type { PersonStore } from '../person/person-store.ts';
import { invitationHash } from './invitation.ts';
import { requireSubstantial } from './make-offer.ts';
import type { Mandate, MandateStore, Offer } from './mandates.ts';
import type { MandateTries } from './tries.ts';

export type AnswerServices = { mandates: MandateStore; persons: PersonStore; tries: MandateTries };

/** Wrong, used, expired, withdrawn, meant for somebody else: one answer for all. */
const unknown = () =>
  refused('invitation-unknown', 'There is no open offer for you under this code.', { status: 404 });

const bare = (name: string): string => name.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase();

/**
 * The offer behind a code, shown to the one it names and to nobody else who may have come by the code. Refusals:
 * `assurance-too-low`, `rate-limited`, `invitation-unknown`.
 */
export async function readOffer(
  services: AnswerServices,
  input: { login: Login; typedCode: string },
): Promise<{ offer: Offer; invitation: Buffer; principalName: string }> {
  const { login } = input;
  requireSubstantial(login);
  await services.tries.count(login.personId);
  const invitation = invitationHash(input.typedCode);
  if (invitation === undefined) throw unknown();
  const offer = await services.mandates.byInvitation(invitation);
  // Looked up for no offer too: its refusal must not come sooner than that of somebody else's.
  const [actor, principal] = await Promise.all([
    services.persons.person(login.personId),
    services.persons.person(offer?.principalId ?? login.personId),
  ]);
  if (offer === undefined || offer.principalId === login.personId) throw unknown();
  // Somebody acts: an organisation's card alone says nothing of who holds it.
  if (actor?.kind !== 'citizen' || principal?.state !== 'living' || bare(actor.name) !== bare(offer.named)) {
    throw unknown();
  }
  return { offer, invitation, principalName: principal.name };
}

/** She takes it on. Refusals as `readOffer`; of parallel answers one counts. */
export async function acceptOffer(
  services: AnswerServices,
  input: { login: Login; typedCode: string },
): Promise<Mandate> {
  const { invitation } = await readOffer(services, input);
  const mandate = await services.mandates.accept(invitation, input.login.personId);
  if (mandate === undefined) throw unknown();
  return mandate;
}

/** She does not; the code is spent. Refusals as `readOffer`. */
export async function declineOffer(
  services: AnswerServices,
  input: { login: Login; typedCode: string },
): Promise<void> {
  const { invitation } = await readOffer(services, input);
  if (!(await services.mandates.decline(invitation, input.login.personId))) throw unknown();
}
