import { stepUpChallenge } from '@xinlu/common/oidc-client';
import type { RegisterView } from '@xinlu/common/register';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const CODE = 'insufficient_user_authentication';

/**
 * RFC 9470 at userinfo: a party that needs more than the login behind its token gave (the register has raised it since) is told
 * to step up. The library writes the challenge without its parameters, which `completeChallenge` adds.
 */
export function demandAuthentication(
  ctx: KoaContextWithOIDC,
  token: unknown,
  register: RegisterView,
  now: Date,
): void {
  const { clientId, extra } = token as { clientId?: string; extra?: { acr?: unknown; auth_time?: unknown } };
  const party = clientId === undefined ? undefined : register.activeParticipant(clientId)?.relyingParty;
  if (party === undefined) return;
  const challenge = stepUpChallenge(extra ?? {}, { acr: party.minimumAcr }, now);
  if (challenge === undefined) return;
  ctx.state['stepUp'] = challenge.slice(challenge.indexOf('acr_values='));
  const error = new errors.CustomOIDCProviderError(CODE, 'a stronger authentication is required');
  throw Object.assign(error, { status: 401, statusCode: 401 });
}

export function completeChallenge(ctx: KoaContextWithOIDC): void {
  const parameters = ctx.state['stepUp'] as string | undefined;
  const header = ctx.response.get('www-authenticate');
  if (parameters !== undefined && header !== '') ctx.set('www-authenticate', `${header}, ${parameters}`);
}
