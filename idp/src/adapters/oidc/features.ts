import { checkRequestObject } from '@xinlu/common/oidc-provider';
import { oauthClientOf } from '@xinlu/common/wire';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { deviceFlow } from './device-flow.ts';
import { ofLiveLogin } from './person-of-token.ts';
import type { ProviderServices } from './provider.ts';
import { ownerOf, resourceIndicators } from './resources.ts';
import { richAuthorizationRequests } from './rich-requests.ts';
import { checkSubjectAt } from './subject-at.ts';
import { mutualTls } from './tls-client.ts';

type Features = NonNullable<Configuration['features']>;

/**
 * RFC 7662: a client about its own tokens, a resource server about those made out to its resources. A public client has
 * shown nothing but its name, and hears nothing.
 */
function introspection(services: ProviderServices): Extract<Features['introspection'], { enabled: boolean }> {
  return {
    enabled: true,
    async allowedPolicy(_ctx, client, token) {
      if (client.clientAuthMethod === 'none') return false;
      const { aud } = token as { aud?: unknown };
      const own = token.clientId === client.clientId;
      const owned =
        typeof aud === 'string' && ownerOf(services.register(), aud)?.owner.id === client.clientId;
      if (!own && !owned) return false;
      return token.kind === 'ClientCredentials' || ofLiveLogin(services.logins, token);
    },
  };
}

/** RFC 9101 by value. `request_uri` is PAR's alone: nothing is fetched. */
const requestObjects: Features['requestObjects'] = {
  enabled: true,
  assertJwtClaimsAndHeader: checkRequestObject,
};

function rpInitiatedLogout(services: ProviderServices): Features['rpInitiatedLogout'] {
  return {
    enabled: true,
    logoutSource(ctx) {
      const { secret } = (ctx.oidc.session?.state ?? {}) as { secret?: string };
      if (secret === undefined) throw new Error('a logout page without its secret');
      ctx.type = 'html';
      ctx.body = services.pages.logout(ctx, { action: ctx.oidc.urlFor('end_session_confirm'), secret });
    },
    postLogoutSuccessSource(ctx) {
      ctx.type = 'html';
      ctx.body = services.pages.loggedOut(ctx);
    },
  };
}

/** What of oidc-provider is switched on, and the policy of each. */
export function features(services: ProviderServices): Features {
  const partyOf = (clientId: string | undefined) =>
    clientId === undefined ? undefined : services.register().activeParticipant(clientId)?.relyingParty;
  return {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: false },
    claimsParameter: {
      enabled: true,
      assertClaimsParameter(_ctx, claims, client) {
        checkSubjectAt(claims as Parameters<typeof checkSubjectAt>[0], client.clientId, services.register());
      },
    },
    clientCredentials: { enabled: true },
    deviceFlow: deviceFlow(services.devicePages),
    dPoP: { enabled: true },
    fapi: {
      enabled: true,
      profile: (_ctx, client) => (partyOf(client?.clientId)?.profile === 'basic' ? undefined : '2.0'),
    },
    introspection: { ...introspection(services), enabled: true },
    mTLS: mutualTls({ trust: services.trust, revocation: services.revocation, clock: services.clock }),
    pushedAuthorizationRequests: { enabled: true },
    requestObjects,
    resourceIndicators: resourceIndicators(services.register, services.issuer),
    richAuthorizationRequests: richAuthorizationRequests(services),
    revocation: { enabled: true },
    rpInitiatedLogout: rpInitiatedLogout(services),
    userinfo: { enabled: true },
  };
}

/** A nonce in place of PKCE is for the confidential clients that the register says it of, and must then be there. */
export function pkceRequired(
  services: ProviderServices,
): (ctx: KoaContextWithOIDC, client: { clientId: string }) => boolean {
  return (ctx, { clientId }) => {
    const party = services.register().activeParticipant(clientId)?.relyingParty;
    const byNonce = party !== undefined && oauthClientOf(party).codeProtection === 'nonce';
    return !byNonce || typeof ctx.oidc.params?.['nonce'] !== 'string';
  };
}

/** FAPI 2.0 5.3.2.1 forbids rotation; where nothing binds a refresh token to its holder it is used once (RFC 9700 4.14.2). */
export function rotateRefreshToken(ctx: KoaContextWithOIDC): boolean {
  const { RefreshToken: token, Client: client } = ctx.oidc.entities;
  const bound = token?.isSenderConstrained() === true;
  const metadata = client as unknown as Record<string, unknown> | undefined;
  const sameHolder =
    client?.clientAuthMethod !== 'none' &&
    (metadata?.['dpopBoundAccessTokens'] === true ||
      metadata?.['tlsClientCertificateBoundAccessTokens'] === true);
  return !bound && !sameHolder;
}
