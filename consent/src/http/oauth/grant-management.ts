import { isAppError } from '@xinlu/common/errors';
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';

/** Grant Management for OAuth 2.0 (FAPI WG draft): where a client asks about its grants and gives them back. */
export const GRANTS_PATH = '/grants';
export const QUERY_SCOPE = 'grant_management_query';
export const REVOKE_SCOPE = 'grant_management_revoke';

/** Section 7.1: what the authorization server says of it in its metadata. */
export function grantManagementMetadata(issuer: string): Record<string, unknown> {
  return {
    grant_management_actions_supported: ['query', 'revoke', 'create', 'merge', 'replace'],
    grant_management_endpoint: `${issuer}${GRANTS_PATH}`,
    grant_management_action_required: false,
  };
}

export function textParam(params: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = params?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The OAuth error of a refused request (RFC 9396 section 5; Grant Management section 5.3). */
export function oauthErrorOf(error: unknown): unknown {
  if (!isAppError(error)) return error;
  if (error.code === 'grant-action-wrong') return new errors.InvalidRequest(error.publicMessage);
  if (error.code === 'grant-unknown') {
    return new errors.CustomOIDCProviderError('invalid_grant_id', error.publicMessage);
  }
  const faults = error.extra['faults'];
  const where = Array.isArray(faults) ? ` ${JSON.stringify(faults)}` : '';
  return new errors.InvalidAuthorizationDetails(`${error.code}: ${error.publicMessage}${where}`);
}

/** Section 6.1: the token response names the grant, so that the client can manage it. */
export function nameGrantInTokenResponse(provider: Provider): void {
  provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<void>) => {
    await next();
    const body = ctx.body as Record<string, unknown> | undefined;
    const grantId = (ctx.oidc?.entities?.AccessToken as { grantId?: string } | undefined)?.grantId;
    if (ctx.oidc?.route === 'token' && ctx.status === 200 && grantId !== undefined) {
      ctx.body = { ...body, grant_id: grantId };
    }
  });
}
