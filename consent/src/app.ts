import type { BlockList } from 'node:net';
import { type AppInstance, buildHttp, type Problem } from '@xinlu/common/http';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import { languageOf } from '@xinlu/common/i18n';
import { createLogoutReceiver, registerBackchannelLogout } from '@xinlu/common/oidc-client';
import { errorPage } from '@xinlu/common/page';
import { registerSessions } from '@xinlu/common/sessions';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { registerDashboard } from './http/dashboard.ts';
import type { Edge, Visit } from './http/deps.ts';
import { registerEvidence } from './http/evidence.ts';
import { registerGateway } from './http/gateway.ts';
import { registerGrants } from './http/grants.ts';
import { registerInteraction } from './http/interaction.ts';
import { registerLogin } from './http/login.ts';
import { registerMyData } from './http/my-data.ts';
import { mountAuthorizationServer } from './http/oauth/mount.ts';
import { registerPublic } from './http/public.ts';
import { registerStanding } from './http/standing.ts';
import { texts } from './locales/texts.ts';
import { serviceOf } from './pages/context.ts';

/** What the routes need, and how the service shows itself. */
export type AppDeps = Omit<Edge, 'app' | 'sessions' | 'signed'> & {
  /** Whose logout tokens end sessions here. */
  idpIssuer: string;
  cookieSecret: Uint8Array;
  ready: () => Promise<Record<string, boolean>>;
  requestsPerMinute?: number;
  trustedProxies?: readonly string[];
  tlsProxies?: BlockList | undefined;
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
export async function buildApp(deps: AppDeps): Promise<AppInstance> {
  const { publicUrl, kv, keys, domain } = deps;
  const { register, clock, ids, log } = domain;
  const app = await buildHttp({
    name: 'consent',
    publicUrl,
    log,
    kv,
    ready: deps.ready,
    errorPage: problemPage(deps.demo),
    ...(deps.requestsPerMinute === undefined ? {} : { requestsPerMinute: deps.requestsPerMinute }),
    ...(deps.tlsProxies === undefined ? {} : { tlsProxies: deps.tlsProxies }),
    ...(deps.trustedProxies === undefined ? {} : { trustedProxies: deps.trustedProxies }),
  });
  const logouts = createLogoutReceiver({
    issuer: deps.idpIssuer,
    clientId: domain.participantId,
    kv,
    clock,
    sessionSeconds: SESSION_SECONDS,
  });
  registerBackchannelLogout(app as unknown as FastifyInstance, logouts);
  const sessions = registerSessions<Visit>(app, {
    kv,
    cookieName: 'xinlu_consent',
    publicUrl,
    ttlSeconds: SESSION_SECONDS,
    secret: deps.cookieSecret,
    ids,
    isOver: async ({ login }) => login !== undefined && (await logouts.isOver(login)),
  });
  const signed = registerSignedRequests(app as unknown as FastifyInstance, {
    register,
    kv,
    clock,
    publicUrl,
    answerKeys: keys,
  });
  const edge: Edge = { ...deps, app, sessions, signed };
  mountAuthorizationServer(app, deps.provider);
  registerInteraction(edge);
  registerLogin(edge);
  registerGateway(edge);
  registerGrants(edge);
  registerDashboard(edge);
  registerStanding(edge);
  registerEvidence(edge);
  registerMyData(edge);
  registerPublic(edge);
  return app;
}
