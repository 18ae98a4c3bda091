import { sha256Base64url } from '@xinlu/common/canonical';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import {
  createTracer,
  KeyValueAdapter,
  registeredClients,
  type Tracer,
  useAtomicReplayDetection,
  useRequestStore,
  useTracedIds,
} from '@xinlu/common/oidc-provider';
import type { RegisterView } from '@xinlu/common/register';
import type { Acr } from '@xinlu/common/wire';
import Provider, { type Configuration, type JWKS, type KoaContextWithOIDC } from 'oidc-provider';
import { ACR_LEVELS } from '../../domain/assurance/acr.ts';
import { LOGIN_SECONDS, type LoginStore } from '../../domain/login/logins.ts';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import type { PersonStore } from '../../domain/person/person-store.ts';
import { followLogins } from './follow-logins.ts';
import { allowFormToReturn } from './form-action.ts';
import { grantRegistered } from './grants.ts';
import { createInteractionPolicy } from './interaction-policy.ts';
import { ofLiveLogin } from './person-of-token.ts';
import { checkSubjectAt, subjectAtClient } from './subject-at.ts';

/** Pages that the protocol shows by itself. */
export type ProtocolPages = {
  error(ctx: KoaContextWithOIDC, error: { error: string }): string;
  logout(ctx: KoaContextWithOIDC, form: { action: string; secret: string }): string;
  loggedOut(ctx: KoaContextWithOIDC): string;
};

export type ProviderServices = {
  issuer: string;
  keys: KeyRing;
  kv: KeyValue;
  log: Logger;
  register: () => RegisterView;
  cookieSecret: Uint8Array;
  persons: PersonStore;
  logins: LoginStore;
  subjectOf: PairwiseSubject;
  pages: ProtocolPages;
};

const CODE_SECONDS = 60;
const PUSHED_REQUEST_SECONDS = 90;
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
  '/jwks',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;

function cookies(services: ProviderServices): NonNullable<Configuration['cookies']> {
  const https = services.issuer.startsWith('https:');
  const shared = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', secure: https } as const;
  return {
    keys: [Buffer.from(services.cookieSecret).toString('base64url')],
    names: {
      session: https ? '__Host-xinlu_idp_op' : 'xinlu_idp_op',
      interaction: https ? '__Secure-xinlu_idp_interaction' : 'xinlu_idp_interaction',
      resume: https ? '__Secure-xinlu_idp_resume' : 'xinlu_idp_resume',
    },
    long: { ...shared, path: '/' },
    short: shared,
  };
}

function accounts(services: ProviderServices): NonNullable<Configuration['findAccount']> {
  return async (_ctx, personId, artefact) => {
    // A code or token counts as long as its login; a new authorization is judged by the interaction policy.
    if (artefact !== undefined && !(await ofLiveLogin(services.logins, artefact))) return undefined;
    const person = await services.persons.person(personId);
    if (person?.state !== 'living') return undefined;
    return {
      accountId: personId,
      claims(_use, _scope, requested) {
        const at = subjectAtClient(requested as Parameters<typeof subjectAtClient>[0], services.register());
        return {
          sub: personId,
          name: person.name,
          ...(at === undefined
            ? {}
            : { subject_at: { client_id: at.clientId, sub: services.subjectOf(at.sector, personId) } }),
        };
      },
    };
  };
}

function features(services: ProviderServices): NonNullable<Configuration['features']> {
  const partyOf = (clientId: string | undefined) =>
    clientId === undefined ? undefined : services.register().activeParticipant(clientId)?.relyingParty;
  return {
    devInteractions: { enabled: false },
    claimsParameter: {
      enabled: true,
      assertClaimsParameter(_ctx, claims, client) {
        checkSubjectAt(claims as Parameters<typeof checkSubjectAt>[0], client.clientId, services.register());
      },
    },
    dPoP: { enabled: true },
    fapi: {
      enabled: true,
      profile: (_ctx, client) => (partyOf(client?.clientId)?.profile === 'basic' ? undefined : '2.0'),
    },
    introspection: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) =>
        token.clientId === client.clientId && (await ofLiveLogin(services.logins, token)),
    },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: {
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
    },
    userinfo: { enabled: true },
  };
}

const SIGNING: ['ES256'] = ['ES256'];

function configuration(services: ProviderServices, tracer: Tracer): Configuration {
  const findClient = registeredClients(
    services.register,
    (party) => party.relyingParty?.redirectUris ?? [],
    () => ({ grant_types: ['authorization_code'] }),
  );
  const minimumAcrOf = (clientId: string): Acr =>
    services.register().activeParticipant(clientId)?.relyingParty?.minimumAcr ?? 'high';
  return {
    adapter: (model: string) => new KeyValueAdapter(model, services.kv, findClient, tracer),
    acrValues: [...ACR_LEVELS],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], profile: ['name'], subject_at: null },
    clientAuthMethods: ['private_key_jwt'],
    // Every party gets its claims with the id_token: one answer, one signature, nothing to fetch.
    conformIdTokenClaims: false,
    cookies: cookies(services),
    enabledJWA: {
      clientAuthSigningAlgValues: SIGNING,
      dPoPSigningAlgValues: SIGNING,
      idTokenSigningAlgValues: SIGNING,
    },
    expiresWithSession: () => true,
    features: features(services),
    fetch: () => Promise.reject(new Error('the identity provider fetches nothing that a request names')),
    findAccount: accounts(services),
    interactions: {
      policy: createInteractionPolicy({ logins: services.logins, minimumAcrOf }),
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    jwks: { keys: [services.keys.signing.privateJwk] } as JWKS,
    loadExistingGrant: grantRegistered,
    pairwiseIdentifier(_ctx, personId, client) {
      const sector = services.register().participant(client.clientId)?.relyingParty?.sector;
      if (sector === undefined) throw new Error('a client without a sector');
      return services.subjectOf(sector, personId);
    },
    pkce: { required: () => true },
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
    routes: {
      authorization: '/authorize',
      pushed_authorization_request: '/par',
      userinfo: '/userinfo',
    },
    scopes: ['openid', 'profile'],
    subjectTypes: ['pairwise'],
    ttl: {
      AccessToken: LOGIN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
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
  const tracer = createTracer(services.cookieSecret);
  const provider = new Provider(services.issuer, configuration(services, tracer));
  useRequestStore(provider, services.kv);
  useTracedIds(provider, tracer);
  useAtomicReplayDetection(provider, services.kv, sha256Base64url);
  const https = services.issuer.startsWith('https:');
  provider.use(async (ctx, next) => {
    // Whether we are behind TLS is known by configuration, not from a header.
    if (https) ctx.cookies.secure = true;
    await next();
    if ((ctx as Partial<KoaContextWithOIDC>).oidc === undefined) return;
    await followLogins(ctx as KoaContextWithOIDC, services.logins);
    allowFormToReturn(ctx as KoaContextWithOIDC);
  });
  provider.on('server_error', (_ctx, error) => services.log.error({ err: error }, 'oidc-fault'));
  return provider;
}
