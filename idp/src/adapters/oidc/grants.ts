import type { Grant, KoaContextWithOIDC } from 'oidc-provider';

/**
 * Relying parties come from the participant register, which has settled what they may learn: there is no page to grant
 * scopes. The grant of a party in one session is kept and widened, so that its earlier tokens live on.
 */
export async function grantRegistered(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, account, session, provider } = ctx.oidc;
  if (client === undefined || account === undefined) return undefined;
  const knownId = session?.grantIdFor(client.clientId);
  const known = knownId === undefined ? undefined : await provider.Grant.find(knownId);
  const own =
    known?.accountId === account.accountId && known.clientId === client.clientId ? known : undefined;
  const grant = own ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  const scopes = [...ctx.oidc.requestParamOIDCScopes];
  const claims = [...ctx.oidc.requestParamClaims];
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims(claims);
  await grant.save();
  return grant;
}
