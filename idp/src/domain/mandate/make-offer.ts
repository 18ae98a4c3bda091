import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { RegisterView } from '@xinlu/common/register';
import { reaches } from '../assurance/acr.ts';
import type { Login } from '../login/logins.ts';
import type { Person } from '../person/person-store.ts';
import { INVITATION_SECONDS, invitationHash, newInvitation } from './invitation.ts';
import type { Mandate, MandateStore, NewOffer, ScopeEntry } from './mandates.ts';

/** A mandate lasts a year at most; then it is given anew, or not. */
export const LONGEST_MANDATE_SECONDS = 366 * 86_400;

export type OfferServices = { mandates: MandateStore; register: () => RegisterView; ids: Ids };

export type ClaimedOffer = Pick<NewOffer, 'kind' | 'named' | 'scope' | 'from' | 'until'>;

/** What an offer of this person makes of who accepts it: 公司代理人 of an organisation, 代理人 of a citizen. */
export const offeredKind = ({ kind }: Pick<Person, 'kind'>): ClaimedOffer['kind'] =>
  kind === 'citizen' ? 'representative' : 'company-agent';

/** Refusal: `assurance-too-low`: a mandate is neither made nor accepted under a weak sign-in. */
export function requireSubstantial(login: Login): void {
  if (!reaches(login.acr, 'substantial')) {
    throw refused('assurance-too-low', 'Sign in with your card to make or accept a mandate.', {
      status: 403,
    });
  }
}

/** Only what the register lets a mandate of this kind do: known parties, known actions, at least one. */
function checkScope(scope: readonly ScopeEntry[], kind: ClaimedOffer['kind'], register: RegisterView): void {
  const known = (entry: ScopeEntry): boolean => {
    const delegation = register.activeParticipant(entry.party)?.relyingParty?.delegation;
    return (
      delegation?.kinds.includes(kind) === true &&
      entry.actions.length > 0 &&
      entry.actions.every((action) => delegation.actions.some(({ code }) => code === action))
    );
  };
  if (scope.length === 0 || !scope.every(known)) {
    throw refused('mandate-scope-wrong', 'Choose what the other may do for you, and where.');
  }
}

function checkTime({ from, until }: ClaimedOffer, now: Date): void {
  const day = 86_400_000;
  const longest = LONGEST_MANDATE_SECONDS * 1000;
  const sound =
    from.getTime() >= now.getTime() - day &&
    until > from &&
    until > now &&
    until.getTime() - now.getTime() <= longest;
  if (!sound)
    throw refused('mandate-time-wrong', 'A mandate begins today or later and lasts a year at most.');
}

/**
 * She offers a named person to act for her. Gives the one-time code, which is kept nowhere: she hands it over herself, by
 * another way. Refusals: `assurance-too-low`, `mandate-scope-wrong`, `mandate-time-wrong`, `too-many-mandates`.
 */
export async function makeOffer(
  services: OfferServices,
  input: { login: Login; offer: ClaimedOffer; now: Date },
): Promise<{ mandate: Mandate; code: string }> {
  const { login, offer, now } = input;
  requireSubstantial(login);
  checkScope(offer.scope, offer.kind, services.register());
  checkTime(offer, now);
  const code = newInvitation(services.ids.bytes);
  const invitation = invitationHash(code);
  if (invitation === undefined) throw new Error('a new code must be readable');
  const mandate = await services.mandates.offer({
    ...offer,
    principalId: login.personId,
    invitation,
    invitationUntil: new Date(now.getTime() + INVITATION_SECONDS * 1000),
  });
  return { mandate, code };
}
