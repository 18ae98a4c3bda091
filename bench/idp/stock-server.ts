import { createHmac, randomBytes, type X509Certificate } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import type { KeyRing } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import Provider, { type ClientMetadata, type Configuration, type ResourceServer } from 'oidc-provider';
import { createClient } from 'redis';
import { followOrders } from './orders.ts';
import {
  LOGIN_SECONDS,
  PARTIES,
  PARTY_IDS,
  type PartyId,
  RESOURCE,
  RESOURCE_TOKEN_SECONDS,
  SHORT_TOKEN_SECONDS,
} from './parties.ts';
import type { Ready } from './sides.ts';
import { redisAdapter } from './stock-adapter.ts';

/**
 * Stock oidc-provider with the usual Redis adapter, configured as the identity provider is: same features, algorithms,
 * clients, lifetimes and number of keys. The sign-in logs a test account in at once.
 */
// Without the timer that node-redis starts for each command: it costs more than the command.
const redis = createClient({
  url: process.env['TEST_REDIS_URL'] ?? '',
  commandOptions: { timeout: undefined as unknown as number },
});
await redis.connect();
const prefix = `stock-${randomBytes(6).toString('hex')}`;

const rings = new Map<PartyId, KeyRing>();
for (const id of PARTY_IDS) rings.set(id, await makeKeys());
const ringOf = (id: PartyId) => rings.get(id) as KeyRing;
const own = await makeKeys();

function clientOf(id: PartyId): ClientMetadata {
  const { strict, grants, withBrowser } = PARTIES[id];
  return {
    client_id: id,
    client_name: id,
    redirect_uris: withBrowser ? [`https://${id}.example/login/callback`] : [],
    post_logout_redirect_uris: [`https://${id}.example/`],
    grant_types: [...(withBrowser ? ['authorization_code'] : []), ...grants],
    response_types: withBrowser ? ['code'] : [],
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    jwks: { keys: ringOf(id).publicJwks.keys.filter(({ use }) => use === 'sig') },
    require_pushed_authorization_requests: strict,
    dpop_bound_access_tokens: strict,
  } as unknown as ClientMetadata;
}

const port = await new Promise<number>((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address() as AddressInfo;
    probe.close(() => resolve(free));
  });
});
const url = `http://localhost:${port}`;
const SIGNING: ['ES256', 'PS256', 'EdDSA', 'Ed25519'] = ['ES256', 'PS256', 'EdDSA', 'Ed25519'];
const records: ResourceServer = {
  scope: '',
  audience: RESOURCE,
  accessTokenFormat: 'jwt',
  accessTokenTTL: RESOURCE_TOKEN_SECONDS,
  jwt: { sign: { alg: 'ES256' } },
} as unknown as ResourceServer;
const isMachine = ({ clientId }: { clientId: string }) => clientId === 'machine';

const features: Configuration['features'] = {
  backchannelLogout: { enabled: true },
  claimsParameter: { enabled: true },
  clientCredentials: { enabled: true },
  deviceFlow: { enabled: true },
  devInteractions: { enabled: false },
  dPoP: { enabled: true },
  fapi: {
    enabled: true,
    profile: (_ctx, one) => (PARTIES[one?.clientId as PartyId]?.strict === true ? '2.0' : undefined),
  },
  introspection: { enabled: true, allowedPolicy: (_ctx, one, token) => token.clientId === one.clientId },
  mTLS: {
    enabled: true,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    tlsClientAuth: true,
    // Behind the proxy of these figures nobody presents one.
    getCertificate: () => undefined as unknown as X509Certificate,
    certificateAuthorized: () => false,
    certificateSubjectMatches: () => false,
  },
  pushedAuthorizationRequests: { enabled: true },
  requestObjects: { enabled: true },
  resourceIndicators: {
    enabled: true,
    defaultResource: async (_ctx, client) => (isMachine(client) ? RESOURCE : (undefined as never)),
    useGrantedResource: async () => false,
    getResourceServerInfo: async () => records,
  },
  revocation: { enabled: true },
  richAuthorizationRequests: {
    enabled: true,
    types: { mandate: { validate: () => undefined } },
    authorizationDetailsForAccessToken: () => undefined,
    authorizationDetailsForGrantSource: () => undefined,
    authorizationDetailsForIntrospection: () => undefined,
  },
  rpInitiatedLogout: { enabled: true },
  userinfo: { enabled: true },
};

const configuration: Configuration = {
  acrValues: ['low', 'substantial', 'high'],
  adapter: redisAdapter(redis as never, prefix),
  clients: PARTY_IDS.map(clientOf),
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], profile: ['name'] },
  clientAuthMethods: [
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
    'client_secret_basic',
    'client_secret_post',
    'none',
  ],
  conformIdTokenClaims: false,
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  enabledJWA: {
    clientAuthSigningAlgValues: SIGNING,
    dPoPSigningAlgValues: SIGNING,
    idTokenSigningAlgValues: ['ES256'],
    requestObjectSigningAlgValues: SIGNING,
  },
  expiresWithSession: () => true,
  features,
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, name: '林怡君' }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  jwks: {
    keys: [own.signing.privateJwk],
  } as NonNullable<Configuration['jwks']>,
  async loadExistingGrant(ctx) {
    const { client: party, account, provider: op, session } = ctx.oidc;
    if (party === undefined || account === undefined) return undefined;
    const known = session?.grantIdFor(party.clientId);
    const grant =
      (known === undefined ? undefined : await op.Grant.find(known)) ??
      new op.Grant({ accountId: account.accountId, clientId: party.clientId });
    grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
    await grant.save();
    return grant;
  },
  pairwiseIdentifier: (_ctx, id, party) =>
    createHmac('sha256', prefix).update(`${party.clientId}\n${id}`).digest('base64url'),
  pkce: { required: () => true },
  responseTypes: ['code'],
  // FAPI 2.0 5.3.2.1 forbids rotation; where nothing binds a refresh token to its holder it is used once (RFC 9700 4.14.2).
  rotateRefreshToken: (ctx) => ctx.oidc.entities.RefreshToken?.isSenderConstrained() !== true,
  routes: { authorization: '/authorize', pushed_authorization_request: '/par', userinfo: '/userinfo' },
  scopes: ['openid', 'profile'],
  subjectTypes: ['pairwise'],
  ttl: {
    AccessToken: (_ctx, _token, client) =>
      client.grantTypeAllowed('refresh_token') ? SHORT_TOKEN_SECONDS : LOGIN_SECONDS,
    AuthorizationCode: 60,
    ClientCredentials: RESOURCE_TOKEN_SECONDS,
    Grant: LOGIN_SECONDS,
    IdToken: 3600,
    Interaction: 1800,
    PushedAuthorizationRequest: 90,
    RefreshToken: LOGIN_SECONDS,
    Session: LOGIN_SECONDS,
  },
};

const provider = new Provider(url, configuration);
provider.on('server_error', (_ctx, error) => console.error(error));
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const onward = await provider.interactionResult(ctx.req, ctx.res, {
    login: { accountId: 'account', acr: 'substantial', amr: ['sc', 'pin', 'mfa'], remember: true },
  });
  ctx.redirect(onward);
  return undefined;
});
const server = provider.listen(port, '127.0.0.1', () => {
  process.send?.({
    url,
    clients: Object.fromEntries(
      PARTY_IDS.map((id) => [id, ringOf(id).signing.privateJwk]),
    ) as Ready['clients'],
    browsers: [],
  } satisfies Ready);
});
followOrders(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await redis.close();
});
