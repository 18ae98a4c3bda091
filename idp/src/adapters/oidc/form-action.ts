import type { KoaContextWithOIDC } from 'oidc-provider';

function originsBehind(ctx: KoaContextWithOIDC): string[] {
  const interaction = ctx.oidc.entities.Interaction?.params;
  const state = ctx.oidc.session?.state as { postLogoutRedirectUri?: unknown } | undefined;
  const addresses = [
    ctx.oidc.params?.['redirect_uri'],
    ctx.oidc.params?.['post_logout_redirect_uri'],
    interaction?.['redirect_uri'],
    state?.postLogoutRedirectUri,
  ];
  return [...new Set(addresses.filter((address) => typeof address === 'string'))].map(
    (address) => new URL(address).origin,
  );
}

/**
 * A form on this answer may lead, over our own redirects, to the relying party at whose request it is shown: `form-action`
 * of the Content-Security-Policy names its origin, for this one answer. Addresses were checked against the register.
 */
export function allowFormToReturn(ctx: KoaContextWithOIDC): void {
  if (!ctx.response.is('html') || ctx.status >= 300) return;
  const policy = ctx.response.get('content-security-policy');
  const origins = originsBehind(ctx);
  if (policy === '' || origins.length === 0) return;
  ctx.set(
    'content-security-policy',
    policy.replace(/form-action ([^;]*)/, (directive) => [directive, ...origins].join(' ')),
  );
}
