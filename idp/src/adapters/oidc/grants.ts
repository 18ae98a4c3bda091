import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { type Delegations, isDelegated } from './delegations.ts';

/**
 * Relying parties come from the participant register, which has settled what they may learn: there is no page to grant
 * scopes. The grant of a party in one session is kept and widened, so that its earlier tokens live on; but what she does by
 * a mandate has a grant of its own each time, which nothing that she does for herself ever shares.
 */
export async function grantRegistered(
  ctx: KoaContextWithOIDC,
  delegations: Delegations,
): Promise<Grant | undefined> {
  const { client, account, session, provider } = ctx.oidc;
  if (client === undefined || account === undefined) return undefined;
  const knownId = session?.grantIdFor(client.clientId);
  const known = knownId === undefined ? undefined : await provider.Grant.find(knownId);
  // Before she has chosen there is nothing to grant, and what she was granted before must not be touched.
  if (delegations.pending(ctx)) return undefined;
  const delegated = delegations.chosen(ctx);
  const own =
    !delegated &&
    known?.accountId === account.accountId &&
    known.clientId === client.clientId &&
    !isDelegated(known)
      ? known
      : undefined;
  const grant = own ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  const scopes = [...ctx.oidc.requestParamOIDCScopes];
  const claims = [...ctx.oidc.requestParamClaims];
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims(claims);
  if (delegated) await delegations.delegate(ctx, grant);
  else await grant.save();
  return grant;
}
