import { createHmac, randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { generateKeys, keyRing } from '@xinlu/common/keys';
import Provider, {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
} from 'oidc-provider';
import { createClient } from 'redis';
import type { Ready } from './sides.ts';

/**
 * Stock oidc-provider with the usual Redis adapter (find, upsert, consume; grants' tokens in a list), configured as the
 * identity provider is: same features, algorithms, clients, lifetimes and number of keys. The sign-in logs a test account in
 * at once.
 */
const redis = createClient({ url: process.env['TEST_REDIS_URL'] ?? '' });
await redis.connect();

const PREFIX = `stock-${randomBytes(6).toString('hex')}`;
const GRANTABLE = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);

class RedisAdapter implements Adapter {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  #key = (id: string) => `${PREFIX}:${this.#name}:${id}`;
  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const key = this.#key(id);
    const multi = redis.multi().hSet(key, 'payload', JSON.stringify(payload)).expire(key, expiresIn);
    if (GRANTABLE.has(this.#name) && payload.grantId !== undefined) {
      const grantKey = `${PREFIX}:grant:${payload.grantId}`;
      multi.rPush(grantKey, key);
      if ((await redis.ttl(grantKey)) < expiresIn) multi.expire(grantKey, expiresIn);
    }
    if (payload.uid !== undefined) multi.set(`${PREFIX}:uid:${payload.uid}`, id, { EX: expiresIn });
    await multi.exec();
  }
  async find(id: string): Promise<AdapterPayload | undefined> {
    const data = await redis.hGetAll(this.#key(id));
    const { payload, consumed } = data;
    if (payload === undefined) return undefined;
    return {
      ...(JSON.parse(payload) as AdapterPayload),
      ...(consumed === undefined ? {} : { consumed: Number(consumed) }),
    };
  }
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = await redis.get(`${PREFIX}:uid:${uid}`);
    return id === null ? undefined : this.find(id);
  }
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
  async consume(id: string): Promise<void> {
    await redis.hSet(this.#key(id), 'consumed', Math.floor(Date.now() / 1000));
  }
  async destroy(id: string): Promise<void> {
    await redis.del(this.#key(id));
  }
  async revokeByGrantId(grantId: string): Promise<void> {
    const grantKey = `${PREFIX}:grant:${grantId}`;
    await redis.del([...(await redis.lRange(grantKey, 0, -1)), grantKey]);
  }
}

const [own, fapi, basic] = await Promise.all([generateKeys(), generateKeys(), generateKeys()]);
const publicSig = (keys: { keys: { use?: string }[] }) => ({
  keys: keyRing(keys as never).publicJwks.keys.filter(({ use }) => use === 'sig'),
});
const client = (id: string, keys: typeof fapi, strict: boolean): ClientMetadata =>
  ({
    client_id: id,
    client_name: id,
    redirect_uris: [`https://${id}.example/login/callback`],
    post_logout_redirect_uris: [`https://${id}.example/`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    jwks: publicSig(keys),
    require_pushed_authorization_requests: strict,
    dpop_bound_access_tokens: strict,
  }) as unknown as ClientMetadata;

const LOGIN = 8 * 3600;
const port = await new Promise<number>((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address() as AddressInfo;
    probe.close(() => resolve(free));
  });
});
const url = `http://localhost:${port}`;
const configuration: Configuration = {
  adapter: RedisAdapter,
  clients: [client('school', fapi, true), client('bank', basic, false)],
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], profile: ['name'] },
  clientAuthMethods: ['private_key_jwt'],
  conformIdTokenClaims: false,
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  enabledJWA: {
    clientAuthSigningAlgValues: ['ES256'],
    dPoPSigningAlgValues: ['ES256'],
    idTokenSigningAlgValues: ['ES256'],
  },
  expiresWithSession: () => true,
  features: {
    claimsParameter: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    fapi: { enabled: true, profile: (_ctx, one) => (one?.clientId === 'school' ? '2.0' : undefined) },
    introspection: { enabled: true, allowedPolicy: (_ctx, one, token) => token.clientId === one.clientId },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    userinfo: { enabled: true },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, name: '林怡君' }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  jwks: { keys: own.keys.filter(({ use }) => use === 'sig') } as NonNullable<Configuration['jwks']>,
  async loadExistingGrant(ctx) {
    const { client: party, account, provider: op } = ctx.oidc;
    if (party === undefined || account === undefined) return undefined;
    const grant = new op.Grant({ accountId: account.accountId, clientId: party.clientId });
    grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
    await grant.save();
    return grant;
  },
  pairwiseIdentifier: (_ctx, id, party) =>
    createHmac('sha256', PREFIX).update(`${party.clientId}\n${id}`).digest('base64url'),
  pkce: { required: () => true },
  responseTypes: ['code'],
  routes: { authorization: '/authorize', pushed_authorization_request: '/par', userinfo: '/userinfo' },
  scopes: ['openid', 'profile'],
  subjectTypes: ['pairwise'],
  ttl: {
    AccessToken: LOGIN,
    AuthorizationCode: 60,
    Grant: LOGIN,
    IdToken: 3600,
    Interaction: 1800,
    PushedAuthorizationRequest: 90,
    RefreshToken: LOGIN,
    Session: LOGIN,
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
  const jwk = (keys: typeof fapi) => keyRing(keys).signing.privateJwk;
  process.send?.({ url, clients: { fapi: jwk(fapi), basic: jwk(basic) }, browsers: [] } satisfies Ready);
});
process.once('message', () => {
  server.closeAllConnections();
  server.close(async () => {
    await redis.close();
    process.exit(0);
  });
});
