import type { X509Certificate } from 'node:crypto';
import { sha256Base64url } from '@xinlu/common/canonical';
import { clientCertificateOf } from '@xinlu/common/http';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import {
  checkClientAssertion,
  KeyValueAdapter,
  registeredClients,
  useAtomicReplayDetection,
} from '@xinlu/common/oidc-provider';
import type { RegisterView } from '@xinlu/common/register';
import { decodeJwt } from 'jose';
import Provider, { type Configuration, errors, type JWKS, type KoaContextWithOIDC } from 'oidc-provider';
import { endOf } from '../../domain/consent.ts';
import type { Domain } from '../../domain/deps.ts';
import { giveBack, whatIsAsked } from '../../domain/manage-grant.ts';
import { gatewayAudience } from './access-token.ts';
import { cookies } from './cookies.ts';
import {
  GRANTS_PATH,
  grantManagementMetadata,
  nameGrantInTokenResponse,
  oauthErrorOf,
  QUERY_SCOPE,
  REVOKE_SCOPE,
  textParam,
} from './grant-management.ts';
import type { HintVerifier } from './hint.ts';

export type AuthorizationServerOptions = {
  issuer: string;
  keys: KeyRing;
  cookieSecret: Uint8Array;
  register: () => RegisterView;
  /** Short-lived artefacts. */
  kv: KeyValue;
  /** What a standing consent needs for months: grants and refresh tokens. */
  durableKv: KeyValue;
  verifyHint: HintVerifier;
  domain: () => Domain;
  log: Logger;
  /** The page that tells a person about an error that cannot go back to the relying party. */
  renderError(ctx: KoaContextWithOIDC, error: Error): void;
};

export const OAUTH_PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/oauth/*',
] as const;

const DURABLE = new Set(['Grant', 'RefreshToken']);
const MINUTE = 60;

const routes = {
  authorization: '/oauth/authorize',
  pushed_authorization_request: '/oauth/par',
  token: '/oauth/token',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  jwks: '/oauth/jwks',
  userinfo: '/oauth/userinfo',
  end_session: '/oauth/end',
} as const;

/** A client's own token has none. */
function grantIdOf(token: object): string | undefined {
  return (token as { grantId?: string }).grantId;
}

function untilOf(details: readonly Record<string, unknown>[] | undefined): Date | undefined {
  const until = details?.[0]?.['until'];
  return typeof until === 'string' ? new Date(until) : undefined;
}

/** Seconds that a token of these details may live; a consent for one use gets one hour. */
function secondsLeft(
  details: readonly Record<string, unknown>[] | undefined,
  now: Date,
  most: number,
): number {
  const until = untilOf(details);
  if (until === undefined) return Math.min(most, 60 * MINUTE);
  return Math.max(1, Math.min(most, Math.floor((until.getTime() - now.getTime()) / 1000)));
}

/** Nobody, where the hint is no JWT: the provider refuses it by itself. */
function unverifiedSubject(hint: string): string {
  try {
    return decodeJwt(hint).sub ?? '';
  } catch {
    return '';
  }
}

/** The request as a whole against catalogue and register, before the citizen is asked anything. */
async function checkRequest(ctx: KoaContextWithOIDC, options: AuthorizationServerOptions): Promise<void> {
  const { params, client } = ctx.oidc;
  const view = options.register();
  const participant = client === undefined ? undefined : view.activeParticipant(client.clientId);
  if (participant === undefined) throw new errors.InvalidClient('the client is not active');
  const hint = textParam(params, 'id_token_hint');
  if (hint === undefined) {
    throw new errors.InvalidRequest('id_token_hint is required: whose consent is asked for?');
  }
  const domain = options.domain();
  try {
    await whatIsAsked(
      domain,
      {
        details: JSON.parse(textParam(params, 'authorization_details') ?? '[]'),
        action: textParam(params, 'grant_management_action'),
        grantId: textParam(params, 'grant_id'),
        clientId: participant.id,
        // Unverified as yet; whose it really is, the login decides.
        subject: unverifiedSubject(hint),
      },
      {
        catalogue: domain.catalogue,
        client: participant,
        participant: (id) => view.activeParticipant(id),
        now: domain.clock.now(),
      },
    );
  } catch (error) {
    throw oauthErrorOf(error);
  }
}

function configuration(options: AuthorizationServerOptions): Configuration {
  const findClient = registeredClients(
    options.register,
    (participant) =>
      participant.roles.includes('rp') && (participant.relyingParty?.purposes.length ?? 0) > 0
        ? (participant.relyingParty?.consentRedirectUris ?? [])
        : [],
    ({ relyingParty }) => ({
      authorization_details_types: ['mydata'],
      require_pushed_authorization_requests: true,
      // Bound to a key, or to a certificate where the register says so.
      dpop_bound_access_tokens: relyingParty?.client?.senderConstraint !== 'mtls',
      tls_client_certificate_bound_access_tokens: relyingParty?.client?.senderConstraint === 'mtls',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      post_logout_redirect_uris: [],
    }),
  );
  const clock = () => options.domain().clock.now();
  const audience = gatewayAudience(options.issuer);
  const grants = `${options.issuer}${GRANTS_PATH}`;
  /** By the resource it names (RFC 8707) a client chooses the form of its token for the gateway. */
  const resourceServers = {
    [audience]: { audience, scope: '', accessTokenFormat: 'opaque' },
    [`${options.issuer}/gateway`]: {
      audience,
      scope: '',
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    },
    [grants]: { audience: grants, scope: `${QUERY_SCOPE} ${REVOKE_SCOPE}`, accessTokenFormat: 'opaque' },
  } as const;
  async function liveConsent(grantId: string | undefined) {
    const { consents, catalogue } = options.domain();
    const consent = grantId === undefined ? undefined : await consents.findByGrant(grantId);
    return consent === undefined || endOf(consent, clock(), catalogue) !== undefined ? undefined : consent;
  }
  return {
    adapter: (model: string) =>
      new KeyValueAdapter(model, DURABLE.has(model) ? options.durableKv : options.kv, findClient),
    jwks: { keys: [options.keys.signing.privateJwk] } as JWKS,
    scopes: ['openid'],
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
    assertJwtClientAuthClaimsAndHeader: checkClientAssertion,
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256'],
      idTokenSigningAlgValues: ['ES256'],
      dPoPSigningAlgValues: ['ES256'],
    },
    routes,
    features: {
      devInteractions: { enabled: false },
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      dPoP: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => clientCertificateOf(ctx.req) as X509Certificate,
      },
      introspection: {
        enabled: true,
        // What hangs on a consent that is not in force is not active, whatever its own lifetime.
        allowedPolicy: async (_ctx, client, token) =>
          token.clientId === client.clientId &&
          (token.kind === 'ClientCredentials' || (await liveConsent(grantIdOf(token))) !== undefined),
      },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        // The consent first: a client whose request failed half-way still has a token to try again with.
        async allowedPolicy(_ctx, client, token) {
          if (token.clientId !== client.clientId) return false;
          const grantId = grantIdOf(token);
          if (grantId !== undefined) await giveBack(options.domain(), grantId, client.clientId);
          return true;
        },
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      // Tokens are for our gateway alone, whether the client names it or not.
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) =>
          ctx.oidc.params?.['grant_type'] === 'client_credentials' ? grants : audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource) => {
          const known = Object.entries(resourceServers).find(([id]) => id === resource)?.[1];
          // A client's own token manages grants and opens no gateway; a citizen's never manages grants.
          const own = ctx.oidc.params?.['grant_type'] === 'client_credentials';
          if (known === undefined || (known.audience === grants) !== own) throw new errors.InvalidTarget();
          return known;
        },
      },
      richAuthorizationRequests: {
        enabled: true,
        types: { mydata: { validate: (ctx) => checkRequest(ctx, options) } },
        authorizationDetailsForGrantSource: (ctx) => ctx.oidc.entities.Grant?.rar,
        authorizationDetailsForAccessToken: async (ctx) => {
          const consent = await liveConsent(ctx.oidc.entities.Grant?.jti);
          if (consent === undefined) throw new errors.InvalidGrant('the consent is no longer in force');
          return consent.granted ?? [];
        },
        authorizationDetailsForIntrospection: async (_ctx, token) =>
          (await liveConsent(grantIdOf(token)))?.granted ?? [],
      },
    } as Configuration['features'],
    // The last one is not expected at all: its check is where a request is looked at as a whole.
    extraParams: {
      grant_management_action: null,
      grant_id: null,
      mydata_request: async (ctx: KoaContextWithOIDC) => checkRequest(ctx, options),
    } as never,
    discovery: grantManagementMetadata(options.issuer),
    formats: {
      customizers: {
        jwt: (_ctx, token, jwt) => {
          jwt.payload['grant_id'] = grantIdOf(token);
        },
      },
    } as Configuration['formats'],
    pairwiseIdentifier: async (_ctx, account, client) => {
      const subject = await options.domain().consents.subjectOf(account, client.clientId);
      if (subject === undefined) throw new errors.AccessDenied('this person is not known for this client');
      return subject;
    },
    findAccount: (_ctx, account) => ({ accountId: account, claims: () => ({ sub: account }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // A grant is one consent; an earlier one of the same person and client is another matter.
    loadExistingGrant: async (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId;
      return id === undefined ? undefined : ctx.oidc.provider.Grant.find(id);
    },
    issueRefreshToken: async (_ctx, _client, source) =>
      untilOf((source as { rar?: Record<string, unknown>[] }).rar) !== undefined,
    rotateRefreshToken: false,
    expiresWithSession: () => false,
    cookies: cookies(options),
    ttl: {
      AccessToken: (_ctx, token) =>
        secondsLeft(token.rar, clock(), untilOf(token.rar) === undefined ? 60 * MINUTE : 10 * MINUTE),
      AuthorizationCode: MINUTE,
      ClientCredentials: 5 * MINUTE,
      Grant: 60 * MINUTE,
      IdToken: 10 * MINUTE,
      Interaction: 30 * MINUTE,
      RefreshToken: (_ctx, token) => secondsLeft(token.rar, clock(), 400 * 86_400),
      Session: 10 * MINUTE,
    },
    renderError: (ctx, _out, error) => options.renderError(ctx, error),
    fetch: () => {
      throw new Error('the authorization server fetches nothing: client keys come from the register');
    },
  };
}

/** The MyData authorization server: FAPI 2.0 Security Profile with rich authorization requests of type `mydata`. */
export function createAuthorizationServer(options: AuthorizationServerOptions): Provider {
  const provider = new Provider(options.issuer, configuration(options));
  nameGrantInTokenResponse(provider);
  useAtomicReplayDetection(provider, options.kv, sha256Base64url);
  // The hint is the identity provider's id_token, not ours.
  (provider.IdToken as unknown as { validate: unknown }).validate = async (
    hint: string,
    client: { clientId: string },
  ) => ({ header: {}, payload: await options.verifyHint(hint, client.clientId) });
  for (const event of ['server_error', 'authorization.error', 'grant.error'] as const) {
    provider.on(event as 'server_error', (...context: unknown[]) => {
      const error = context.find((item) => item instanceof Error);
      options.log[event === 'server_error' ? 'error' : 'info']({ err: error, event }, 'oauth-refused');
    });
  }
  return provider;
}
