import type { Clock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp, type Problem } from '@xinlu/common/http';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import { languageOf } from '@xinlu/common/i18n';
import type { Ids } from '@xinlu/common/ids';
import { type KeyRing, signJwt } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { OidcClient } from '@xinlu/common/oidc-client';
import type { Outbox } from '@xinlu/common/outbox';
import { errorPage } from '@xinlu/common/page';
import type { RegisterView } from '@xinlu/common/register';
import { registerSessions } from '@xinlu/common/sessions';
import type { Database } from '@xinlu/common/sql';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createAccessStore } from './adapters/accesses-postgres.ts';
import { createAttestations, LEDGER_QUEUE, STOP_QUEUE } from './adapters/attestations-postgres.ts';
import { createConsentMutator, createConsentStore } from './adapters/consents-postgres.ts';
import { createGrants } from './adapters/grants-oidc-provider.ts';
import { createStops } from './adapters/stops-key-value.ts';
import type { Catalogue } from './domain/catalogue.ts';
import type { Domain } from './domain/deps.ts';
import { expireConsents } from './domain/expire-consents.ts';
import type { IdentityProvider, Ledger, ProviderConnector } from './domain/ports.ts';
import { endWhatHangsOn } from './domain/withdraw-consent.ts';
import { registerDashboard } from './http/dashboard.ts';
import type { Edge, Visit } from './http/deps.ts';
import { registerEvidence } from './http/evidence.ts';
import { registerGateway } from './http/gateway.ts';
import { registerInteraction } from './http/interaction.ts';
import { registerLogin } from './http/login.ts';
import type { HintVerifier } from './http/oauth/hint.ts';
import { mountAuthorizationServer } from './http/oauth/mount.ts';
import { createAuthorizationServer } from './http/oauth/provider.ts';
import { registerPublic } from './http/public.ts';
import { texts } from './locales/texts.ts';
import { serviceOf } from './pages/context.ts';

export const QUEUES = [LEDGER_QUEUE, STOP_QUEUE] as const;

export type ConsentDeps = {
  publicUrl: string;
  participantId: string;
  keys: KeyRing;
  cookieSecret: Uint8Array;
  saltSecret: Uint8Array;
  catalogue: Catalogue;
  register: () => RegisterView;
  database: Database;
  kv: KeyValue;
  /** Grants and refresh tokens: must survive the loss of `kv`. */
  durableKv: KeyValue;
  outbox: Outbox;
  login: OidcClient;
  verifyHint: HintVerifier;
  identity: IdentityProvider;
  connector: ProviderConnector;
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  log: Logger;
  demo: boolean;
  ready: () => Promise<Record<string, boolean>>;
  requestsPerMinute?: number;
  trustedProxies?: readonly string[];
};

export type ConsentApp = {
  app: AppInstance;
  domain: Domain;
  /** Expired consents written down, and the ledger asked how far the open entries are. */
  housekeep(): Promise<void>;
};

const SESSION_SECONDS = 30 * 60;

function problemPage(demo: boolean) {
  return (problem: Problem, request: FastifyRequest): string => {
    const lang = languageOf(request);
    const t = texts(lang);
    const gone = problem.code === 'interaction-unknown';
    const kind = problem.status === 404 ? 'not-found' : problem.status >= 500 ? 'fatal' : 'refused';
    return errorPage({
      lang,
      service: serviceOf(lang),
      kind: problem.status === 503 ? 'retryable' : kind,
      demo,
      requestId: request.id,
      ...(gone ? { title: t('interaction.gone.title'), message: t('interaction.gone.body') } : {}),
    });
  };
}

/** Builds the service from its parts: reads no environment and opens no port. */
export async function buildApp(deps: ConsentDeps): Promise<ConsentApp> {
  const { publicUrl, register, database, kv, durableKv, outbox, clock, ids, log, keys } = deps;
  const app = await buildHttp({
    name: 'consent',
    publicUrl,
    log,
    kv,
    ready: deps.ready,
    errorPage: problemPage(deps.demo),
    ...(deps.requestsPerMinute === undefined ? {} : { requestsPerMinute: deps.requestsPerMinute }),
    ...(deps.trustedProxies === undefined ? {} : { trustedProxies: deps.trustedProxies }),
  });
  const sessions = registerSessions<Visit>(app, {
    kv,
    cookieName: 'xinlu_consent',
    publicUrl,
    ttlSeconds: SESSION_SECONDS,
    secret: deps.cookieSecret,
    ids,
  });
  const signed = registerSignedRequests(app as unknown as FastifyInstance, {
    register,
    kv,
    clock,
    publicUrl,
    answerKeys: keys,
  });
  const attestations = createAttestations({
    database,
    outbox,
    ledger: deps.ledger,
    ids,
    saltSecret: deps.saltSecret,
  });
  const mutate = createConsentMutator({ outbox, attestations, ids });
  const provider = createAuthorizationServer({
    issuer: publicUrl,
    keys,
    cookieSecret: deps.cookieSecret,
    register,
    kv,
    durableKv,
    verifyHint: deps.verifyHint,
    domain: () => domain,
    log,
    renderError(ctx) {
      const lang = languageOf({ headers: ctx.headers });
      const t = texts(lang);
      ctx.type = 'html';
      ctx.body = errorPage({
        lang,
        service: serviceOf(lang),
        kind: 'refused',
        demo: deps.demo,
        title: t('oauth.error.title'),
        message: t('oauth.error.body'),
      });
    },
  });
  const domain: Domain = {
    participantId: deps.participantId,
    noticeUrl: `${publicUrl}/catalogue`,
    catalogue: deps.catalogue,
    register,
    consents: createConsentStore({ database, mutate, ids }),
    accesses: createAccessStore({ database, attestations, mutate }),
    identity: deps.identity,
    connector: deps.connector,
    grants: createGrants(() => provider, [kv, durableKv]),
    stops: createStops(kv, log),
    sign: (typ, claims) => signJwt(keys, typ, claims),
    clock,
    ids,
    log,
  };
  const edge: Edge = {
    app,
    domain,
    provider,
    sessions,
    signed,
    login: deps.login,
    openings: attestations,
    ledger: deps.ledger,
    outbox,
    kv,
    publicUrl,
    demo: deps.demo,
  };
  mountAuthorizationServer(app, provider);
  registerInteraction(edge);
  registerLogin(edge);
  registerGateway(edge);
  registerDashboard(edge);
  registerEvidence(edge);
  registerPublic(edge);

  outbox.work(LEDGER_QUEUE, async (job) => attestations.submit(String(job['documentId'])), {
    concurrency: 2,
  });
  outbox.work(STOP_QUEUE, async (job) => {
    const consent = await domain.consents.find(String(job['consentId']));
    if (consent !== undefined) await endWhatHangsOn(domain, consent);
  });
  return {
    app,
    domain,
    async housekeep() {
      await expireConsents(domain);
      await attestations.refresh(100);
    },
  };
}
