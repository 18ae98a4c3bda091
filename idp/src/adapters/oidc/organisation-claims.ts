import type { RegisterView } from '@xinlu/common/register';
import type { Participant } from '@xinlu/common/wire';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../../domain/person/person-store.ts';

/** The scope under which a party is told which organisation signed in. */
export const ORGANISATION_SCOPE = 'organisation';
export const ORGANISATION_CLAIMS = ['organisation_business_number', 'organisation_oid'];

export type PartyOf = Participant['relyingParty'];

export const partyOf = (register: RegisterView, clientId: string | undefined): PartyOf =>
  clientId === undefined ? undefined : register.activeParticipant(clientId)?.relyingParty;

/** Only a party whose register entry says so may ask which organisation signed in (RFC 6749 section 3.3). */
export function refuseOrganisationScope(ctx: KoaContextWithOIDC, party: PartyOf): void {
  const scopes = String(ctx.oidc.params?.['scope'] ?? '').split(' ');
  if (scopes.includes(ORGANISATION_SCOPE) && party?.organisationIds !== true)
    throw new errors.InvalidScope('the register does not let this client ask for it', ORGANISATION_SCOPE);
}

/** What a party may be told of an organisation, whichever way it asks. */
export function organisationClaims(person: Person, party: PartyOf): Record<string, string> {
  if (person.organisation === undefined || party?.organisationIds !== true) return {};
  const { scheme, value } = person.organisation;
  return { [scheme === 'oid' ? 'organisation_oid' : 'organisation_business_number']: value };
}
