import type { Clock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp } from '@xinlu/common/http';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { mountProvider } from '@xinlu/common/oidc-provider';
import { createRateLimit } from '@xinlu/common/rate-limit';
import type { RegisterView } from '@xinlu/common/register';
import { registerSessions } from '@xinlu/common/sessions';
import type { Database } from '@xinlu/common/sql';
import type { FastifyInstance } from 'fastify';
import { createPersonOfToken } from './adapters/oidc/person-of-token.ts';
import { createProvider, PROVIDER_PATHS } from './adapters/oidc/provider.ts';
import { createProviderSessions } from './adapters/oidc/provider-sessions.ts';
import { createAudit } from './adapters/postgres/audit-postgres.ts';
import { createCardRevocation } from './adapters/postgres/card-revocation-postgres.ts';
import { createEnvelopeGrantStore } from './adapters/postgres/envelope-grant-store-postgres.ts';
import { createLoginStore } from './adapters/postgres/login-store-postgres.ts';
import { createPasskeyStore } from './adapters/postgres/passkey-store-postgres.ts';
import { createPersonStore } from './adapters/postgres/person-store-postgres.ts';
import type { RevocationLists } from './adapters/revocation-lists.ts';
import { createWebauthn } from './adapters/webauthn-simplewebauthn.ts';
import { applyRevocations } from './domain/card/apply-revocations.ts';
import type { CardTrust, CivilRegistry } from './domain/card/ports.ts';
import { createChallenges } from './domain/challenge/challenges.ts';
import { LOGIN_SECONDS } from './domain/login/logins.ts';
import { createIdentityVault } from './domain/person/identity-vault.ts';
import { createPairwiseSubject } from './domain/person/pairwise-subject.ts';
import { registerAccount } from './http/account.ts';
import { registerAssets } from './http/assets.ts';
import { registerEnvelopes } from './http/envelopes.ts';
import type { PageServices } from './http/services.ts';
import { registerSignIn } from './http/sign-in.ts';
import { type BrowserState, problemPage, type Site, show, wordsFor } from './http/site.ts';
import { homePage } from './pages/home-page.ts';
import { createProtocolPages } from './pages/protocol-pages.ts';

export type Deps = {
  issuer: string;
  cardComponentOrigin: string;
  demo: boolean;
  trustedProxies: readonly string[];
  secrets: { cookie: Uint8Array; subject: Uint8Array; identity: Uint8Array; identityIndex: Uint8Array };
  keys: KeyRing;
  database: Database;
  kv: KeyValue;
  clock: Clock;
  ids: Ids;
  log: Logger;
  register: () => RegisterView;
  registerReady: () => boolean;
  trust: CardTrust;
  lists: RevocationLists;
  registry: CivilRegistry;
};

export type App = {
  app: AppInstance;
  /** Holds all cards in use against the newest revocation lists; gives how many it revoked. */
  applyRevocations(): Promise<number>;
};

/** Tries a card and address may have, so that nobody guesses: per certificate in 15 minutes, per address in one. */
const CARD_TRIES = 10;
const ANSWERS_A_MINUTE = 240;

/** The identity provider as one Fastify app. Reads no environment and opens no port. */
export async function buildApp(deps: Deps): Promise<App> {
  const { database, kv, clock, ids, log, register, issuer, keys } = deps;
  const origin = new URL(issuer).origin;
  const app = await buildHttp({
    name: 'idp',
    publicUrl: issuer,
    log,
    kv,
    ready: async () => ({
      database: await database.one('SELECT 1').then(Boolean, () => false),
      store: await kv.healthy(),
      register: deps.registerReady(),
      revocationLists: deps.lists.fresh(),
    }),
    trustedProxies: deps.trustedProxies,
    errorPage: (problem, request) => problemPage(problem, request, deps.demo),
  });

  const vault = createIdentityVault({ seal: deps.secrets.identity, index: deps.secrets.identityIndex });
  const subjectOf = createPairwiseSubject(deps.secrets.subject);
  const audit = createAudit(database, { clock, ids });
  const persons = createPersonStore(database, { vault, clock, ids });
  const logins = createLoginStore(database, { clock, ids });
  const challenges = createChallenges(kv, ids);
  const provider = createProvider({
    issuer,
    keys,
    kv,
    log,
    register,
    cookieSecret: deps.secrets.cookie,
    persons,
    logins,
    subjectOf,
    pages: createProtocolPages({ demo: deps.demo }),
  });
  const providerSessions = createProviderSessions(provider, kv);
  const services: PageServices = {
    provider,
    register,
    clock,
    log,
    logins,
    providerSessions,
    cardComponentOrigin: deps.cardComponentOrigin,
    answers: createRateLimit(kv, 'idp:answers', ANSWERS_A_MINUTE, 60),
    card: {
      origin,
      challenges,
      trust: deps.trust,
      revocation: deps.lists,
      registry: deps.registry,
      attempts: createRateLimit(kv, 'idp:card', CARD_TRIES, 900),
      persons,
      audit,
    },
    passkey: {
      challenges,
      webauthn: createWebauthn({ origin, name: '信路 Xinlu' }),
      passkeys: createPasskeyStore(database, { clock, ids }),
      persons,
      audit,
    },
  };
  const site: Site = {
    app,
    demo: deps.demo,
    sessions: registerSessions<BrowserState>(app, {
      kv,
      cookieName: 'xinlu_idp',
      publicUrl: issuer,
      ttlSeconds: LOGIN_SECONDS,
      secret: deps.secrets.cookie,
      ids,
    }),
  };

  const plain = app as unknown as FastifyInstance;
  const signed = registerSignedRequests(plain, { register, kv, clock, publicUrl: issuer });
  mountProvider(plain, provider, PROVIDER_PATHS);
  await registerAssets(app);
  registerSignIn(site, services);
  registerAccount(site, services);
  registerEnvelopes(app, signed, {
    grants: createEnvelopeGrantStore(database, { clock, ids }),
    personOfToken: createPersonOfToken(provider),
    persons,
    register,
    keys,
    issuer,
    clock,
    ids,
    audit,
  });
  app.get('/', { schema: { hide: true } }, async (request, reply) =>
    show(site, request, reply, homePage(wordsFor(request).t)),
  );

  return {
    app,
    applyRevocations: () =>
      applyRevocations({
        persons,
        revocation: createCardRevocation(database, { clock, ids }),
        sessions: providerSessions,
        isRevoked: deps.lists.isRevoked,
      }),
  };
}
