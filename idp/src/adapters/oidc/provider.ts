import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import {
  checkClientAssertion,
  compareSecretsByHash,
  createCookieSigner,
  createTracer,
  declaredClients,
  KeyValueAdapter,
  quickenWebCrypto,
  type Tracer,
  useAtomicReplayDetection,
  useClientCache,
  useRequestStore,
  useTracedIds,
} from '@xinlu/common/oidc-provider';
import type { RegisterView } from '@xinlu/common/register';
import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import Provider, { type Configuration, type JWKS, type KoaContextWithOIDC } from 'oidc-provider';
import { ACR_LEVELS } from '../../domain/assurance/acr.ts';
import type { RevocationSource, TrustedNow } from '../../domain/card/ports.ts';
import { LOGIN_SECONDS, type LoginStore } from '../../domain/login/logins.ts';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import type { PersonStore } from '../../domain/person/person-store.ts';
import { accounts } from './accounts.ts';
import type { Delegations } from './delegations.ts';
import { DEVICE_CODE_SECONDS, DEVICE_PATH, DeviceCodeAdapter, type DevicePages } from './device-flow.ts';
import { features, pkceRequired, rotateRefreshToken } from './features.ts';
import { followLogins } from './follow-logins.ts';
import { allowFormToReturn } from './form-action.ts';
import { grantRegistered } from './grants.ts';
import { createInteractionPolicy } from './interaction-policy.ts';
import { ORGANISATION_CLAIMS, ORGANISATION_SCOPE } from './organisation-claims.ts';
import { providerFetch } from './provider-fetch.ts';
import { authenticationClaims, RESOURCE_TOKEN_SECONDS, subjectForResource } from './resources.ts';
import { limitSecretGuesses } from './secret-guesses.ts';
import { createSectorGuard } from './sector-holder.ts';
import { completeChallenge } from './step-up.ts';
import { pairwiseIdentifier } from './subjects.ts';
import { tellWhoActs } from './tell-who-acts.ts';
import { leaveUnsavedSessions } from './unsaved-session.ts';

/** Pages that the protocol shows by itself. */
export type ProtocolPages = {
  error(ctx: KoaContextWithOIDC, error: { error: string }): string;
  logout(ctx: KoaContextWithOIDC, form: { action: string; secret: string }): string;
  loggedOut(ctx: KoaContextWithOIDC): string;
};

export type ProviderServices = {
  issuer: string;
  /** In the demo alone parties may be on this machine. */
  demo: boolean;
  /** Private keys that sign tokens, to be changed by `replaceKeys`. */
  jwks: JWKS;
  /** What ID tokens may be signed with. */
  algorithms: readonly IdTokenAlgorithm[];
  kv: KeyValue;
  log: Logger;
  register: () => RegisterView;
  cookieSecret: Uint8Array;
  persons: PersonStore;
  logins: LoginStore;
  subjectOf: PairwiseSubject;
  delegations: Delegations;
  clock: Clock;
  trust: TrustedNow;
  revocation: RevocationSource;
  /** Where clients with a TLS certificate find our endpoints (RFC 8705 section 5). */
  mtlsUrl?: string | undefined;
  pages: ProtocolPages;
  devicePages: DevicePages;
};

const CODE_SECONDS = 60;
const PUSHED_REQUEST_SECONDS = 90;
/** For a party that can refresh it. */
const SHORT_TOKEN_SECONDS = 15 * 60;
/** Time to find the card, its PIN and the reader, and to enrol a passkey. */
const INTERACTION_SECONDS = 30 * 60;

/** The addresses of the protocol, as `mountProvider` takes them. */
export const PROVIDER_PATHS = [
  '/authorize',
  '/authorize/:uid',
  '/par',
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/userinfo',
  DEVICE_PATH,
  `${DEVICE_PATH}/authorize`,
  `${DEVICE_PATH}/:uid`,
  '/jwks',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;

type CookieOptions = NonNullable<Configuration['cookies']>;

function cookies(services: ProviderServices): CookieOptions {
  const https = services.issuer.startsWith('https:');
  const shared = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', secure: https } as const;
  return {
    keys: createCookieSigner(services.cookieSecret) as unknown as NonNullable<CookieOptions['keys']>,
    names: {
      session: https ? '__Host-xinlu_idp_op' : 'xinlu_idp_op',
      interaction: https ? '__Secure-xinlu_idp_interaction' : 'xinlu_idp_interaction',
      resume: https ? '__Secure-xinlu_idp_resume' : 'xinlu_idp_resume',
    },
    long: { ...shared, path: '/' },
    short: shared,
  };
}

type IdTokenAlgorithms = NonNullable<NonNullable<Configuration['enabledJWA']>['idTokenSigningAlgValues']>;
/** FAPI 2.0 section 5.4: what clients may sign with; Ed25519 is RFC 9864's name of the EdDSA meant there. */
const CLIENT_SIGNING: ['ES256', 'PS256', 'EdDSA', 'Ed25519'] = ['ES256', 'PS256', 'EdDSA', 'Ed25519'];

/** RFC 8705 section 5. */
function mtlsAliases(url: string | undefined): Configuration['discovery'] {
  if (url === undefined) return {};
  const at = (path: string) => new URL(path, url).href;
  return {
    mtls_endpoint_aliases: {
      token_endpoint: at('/token'),
      pushed_authorization_request_endpoint: at('/par'),
      userinfo_endpoint: at('/userinfo'),
      introspection_endpoint: at('/token/introspection'),
      revocation_endpoint: at('/token/revocation'),
      device_authorization_endpoint: at('/device/authorize'),
    },
  };
}

type FindClient = ReturnType<typeof declaredClients>;

function configuration(services: ProviderServices, tracer: Tracer, findClient: FindClient): Configuration {
  return {
    adapter: (model: string) =>
      model === 'DeviceCode'
        ? new DeviceCodeAdapter(services.kv, findClient)
        : new KeyValueAdapter(model, services.kv, findClient, tracer),
    acrValues: [...ACR_LEVELS],
    assertJwtClientAuthClaimsAndHeader: checkClientAssertion,
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time', 'holder_kind', 'act', 'authorization_details'],
      profile: ['name'],
      [ORGANISATION_SCOPE]: ORGANISATION_CLAIMS,
      subject_at: null,
    },
    clientAuthMethods: [
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
      'client_secret_basic',
      'client_secret_post',
      'none',
    ],
    // A page's own script may call us where the register names its origin, and only as the public client it is.
    clientBasedCORS: (ctx, origin, client) =>
      (ctx.oidc.route === 'userinfo' || client.clientAuthMethod === 'none') &&
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    // Every party gets its claims with the id_token: one answer, one signature, nothing to fetch.
    conformIdTokenClaims: false,
    cookies: cookies(services),
    discovery: mtlsAliases(services.mtlsUrl),
    enabledJWA: {
      clientAuthSigningAlgValues: CLIENT_SIGNING,
      dPoPSigningAlgValues: CLIENT_SIGNING,
      idTokenSigningAlgValues: [...services.algorithms] as IdTokenAlgorithms,
      requestObjectSigningAlgValues: CLIENT_SIGNING,
    },
    expiresWithSession: () => true,
    extraTokenClaims: authenticationClaims,
    features: features(services),
    fetch: providerFetch(services),
    findAccount: accounts(services),
    formats: { customizers: { jwt: subjectForResource(services.register, services.subjectOf) } },
    interactions: {
      policy: createInteractionPolicy(services),
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    jwks: services.jwks,
    loadExistingGrant: (ctx) => grantRegistered(ctx, services.delegations),
    // What a party registered is enough; there is no scope that would have to be asked for.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    pairwiseIdentifier: pairwiseIdentifier(services.register, services.subjectOf),
    pkce: { required: pkceRequired(services) },
    renderError(ctx, out, error) {
      services.log.info({ code: out.error, cause: error.message }, 'oidc-refused');
      if (ctx.accepts('html', 'json') === 'json') {
        ctx.body = out;
        return;
      }
      ctx.type = 'html';
      ctx.body = services.pages.error(ctx, out);
    },
    responseTypes: ['code'],
    rotateRefreshToken: (ctx) => rotateRefreshToken(ctx as KoaContextWithOIDC),
    routes: {
      authorization: '/authorize',
      code_verification: DEVICE_PATH,
      device_authorization: `${DEVICE_PATH}/authorize`,
      pushed_authorization_request: '/par',
      userinfo: '/userinfo',
    },
    scopes: ['openid', 'profile', ORGANISATION_SCOPE],
    // The register has settled which addresses are of one sector: nothing is fetched to ask.
    sectorIdentifierUriValidate: () => false,
    subjectTypes: ['pairwise'],
    ttl: {
      AccessToken: (_ctx, token, client) =>
        token.resourceServer?.accessTokenTTL ??
        (client.grantTypeAllowed('refresh_token') ? SHORT_TOKEN_SECONDS : LOGIN_SECONDS),
      AuthorizationCode: CODE_SECONDS,
      ClientCredentials: RESOURCE_TOKEN_SECONDS,
      DeviceCode: DEVICE_CODE_SECONDS,
      Grant: LOGIN_SECONDS,
      IdToken: 3600,
      Interaction: INTERACTION_SECONDS,
      PushedAuthorizationRequest: PUSHED_REQUEST_SECONDS,
      RefreshToken: LOGIN_SECONDS,
      Session: LOGIN_SECONDS,
    },
  };
}

/** The OpenID Provider on oidc-provider: FAPI 2.0 by default, clients from the register, artefacts on the key-value port. */
export function createProvider(services: ProviderServices): Provider {
  quickenWebCrypto();
  const tracer = createTracer(services.cookieSecret);
  const declared = declaredClients(services.register);
  const standsInAnothers = createSectorGuard(services.register);
  const findClient: FindClient = (id) => (standsInAnothers(id) ? undefined : declared(id));
  const provider = new Provider(services.issuer, configuration(services, tracer, findClient));
  useClientCache(provider, findClient);
  useRequestStore(provider, services.kv);
  leaveUnsavedSessions(provider);
  useTracedIds(provider, tracer);
  useAtomicReplayDetection(provider, services.kv, sha256Base64url);
  compareSecretsByHash(provider, services.register);
  limitSecretGuesses(provider, services.kv);
  const https = services.issuer.startsWith('https:');
  provider.use(async (ctx, next) => {
    // Whether we are behind TLS is known by configuration, not from a header.
    if (https) ctx.cookies.secure = true;
    await next();
    if ((ctx as Partial<KoaContextWithOIDC>).oidc === undefined) return;
    await tellWhoActs(ctx as KoaContextWithOIDC, services);
    await followLogins(ctx as KoaContextWithOIDC, services.logins);
    allowFormToReturn(ctx as KoaContextWithOIDC);
    completeChallenge(ctx as KoaContextWithOIDC);
  });
  provider.on('server_error', (_ctx, error) => services.log.error({ err: error }, 'oidc-fault'));
  return provider;
}
