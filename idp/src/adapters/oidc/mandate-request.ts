import type { RegisterView } from '@xinlu/common/register';
import { MANDATE_DETAIL_TYPE, parseMandateRequest } from '@xinlu/common/wire';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

type Detail = { type?: unknown };

const refuse = (what: string) => new errors.InvalidAuthorizationDetails(what);

/**
 * Checks one `authorization_details` element of type `mandate` (RFC 9396 section 5): one a request, in the expected form, and
 * no more than the register lets this party ask for. A party without delegation in the register cannot ask at all.
 */
export function checkMandateRequest(
  ctx: KoaContextWithOIDC,
  detail: unknown,
  clientId: string,
  register: RegisterView,
): void {
  const delegation = register.activeParticipant(clientId)?.relyingParty?.delegation;
  if (delegation === undefined) throw refuse('this party may not ask for mandates');
  if (!parseMandateRequest.check(detail))
    throw refuse('the mandate asked for does not have the expected form');
  const known = new Set(delegation.actions.map(({ code }) => code));
  if (!detail.kinds.every((kind) => delegation.kinds.includes(kind)))
    throw refuse('this party may not ask for this kind of mandate');
  if (!detail.actions.every((action) => known.has(action)))
    throw refuse('this party may not ask for this action');
  const all = JSON.parse(String(ctx.oidc.params?.['authorization_details'])) as Detail[];
  if (all.filter(({ type }) => type === MANDATE_DETAIL_TYPE).length > 1)
    throw refuse('only one mandate can be asked for at a time');
}
