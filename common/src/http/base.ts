import { randomUUID } from 'node:crypto';
import { BlockList } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { refused } from '../errors/index.ts';
import { registerLanguage } from '../i18n/index.ts';
import type { KeyValue } from '../kv/index.ts';
import type { Logger } from '../log/index.ts';
import { createRateLimit } from '../rate-limit/index.ts';
import { assetFolder, uswdsFolder } from './assets.ts';
import { registerClientCertificates } from './client-certificate.ts';
import { type CspSources, registerSecurityHeaders } from './headers.ts';
import { limitHeaderCount, REQUEST_LIMITS, type RequestLimits, serverOptions } from './limits.ts';
import { type Measure, registerMetrics } from './metrics.ts';
import { type ErrorPage, problemOf, sendProblem } from './problem.ts';
import { RequestLog } from './request-log.ts';

export type AppInstance = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export type HttpOptions = {
  name: string;
  publicUrl: string;
  log: Logger;
  kv: KeyValue;
  /** Each dependency by name, true when it can be used now; `/ready` answers 503 until all are. */
  ready: () => Promise<Record<string, boolean>>;
  /** Requests a minute for one client address, all routes together, static files apart; 600 unless told. */
  requestsPerMinute?: number;
  csp?: CspSources;
  /** Whether the service's own pages may ask to use the camera. */
  camera?: boolean;
  /** Peers whose forwarding headers are believed; nobody unless told. */
  trustedProxies?: readonly string[];
  /** Peers whose `Client-Cert` header is believed; nobody unless told. */
  tlsProxies?: BlockList;
  /** How a fault is shown to a person; without it everybody gets the problem document. */
  errorPage?: ErrorPage;
  bodyLimit?: number;
  /** How long and how much a request may be; `REQUEST_LIMITS` unless told. */
  limits?: Partial<RequestLimits>;
  /** What the service shows of itself at `/metrics`, besides process and requests. */
  measures?: readonly Measure[];
};

/**
 * The HTTP ground of every service: problem details, request ids, security headers, rate limits in `onRequest` (so that
 * they hold for wildcard and hijacked routes too), cookies, forms, `/health`, `/ready`, `/metrics`, `/openapi.json`
 * and the shared assets under `/assets/`. Opens no port.
 */
export async function buildHttp(options: HttpOptions): Promise<AppInstance> {
  const limits = { ...REQUEST_LIMITS, ...options.limits };
  const app = fastify({
    http: serverOptions(limits),
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    childLoggerFactory: (logger, bindings, options) =>
      new RequestLog(logger, bindings, options) as unknown as FastifyBaseLogger,
    requestIdHeader: false,
    trustProxy:
      options.trustedProxies === undefined || options.trustedProxies.length === 0
        ? false
        : [...options.trustedProxies],
    bodyLimit: options.bodyLimit ?? 1_048_576,
    requestTimeout: limits.requestMilliseconds,
    connectionTimeout: 60_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2048 },
    ajv: {
      customOptions: { allErrors: false, coerceTypes: 'array', removeAdditional: false, useDefaults: true },
    },
    frameworkErrors: (error, request, reply) => {
      // Hooks do not run for an address that cannot be read.
      reply
        .header('content-security-policy', "default-src 'none'")
        .header('x-content-type-options', 'nosniff');
      sendProblem(request, reply, problemOf(error, String(request.id)), options.errorPage);
    },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as AppInstance;

  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, String(request.id));
    const level = problem.status >= 500 ? 'error' : 'info';
    request.log[level](
      { err: error, requestId: request.id, route: request.routeOptions.url, code: problem.code },
      'refused',
    );
    return sendProblem(request, reply, problem, options.errorPage);
  });
  app.setNotFoundHandler((request) => {
    const known = app.findRoute({ url: request.url, method: 'GET' }) !== null;
    throw known
      ? refused('method-not-allowed', 'This address does not take that method.', { status: 405 })
      : refused('not-found', 'There is nothing at this address.', { status: 404 });
  });

  registerSecurityHeaders(app as unknown as FastifyInstance, {
    publicUrl: options.publicUrl,
    csp: options.csp ?? {},
    camera: options.camera ?? false,
  });
  registerClientCertificates(app as unknown as FastifyInstance, options.tlsProxies ?? new BlockList());
  limitHeaderCount(app as unknown as FastifyInstance, limits.headerCount);
  registerRequestLimits(app, options);
  registerMetrics(app as unknown as FastifyInstance, options.name, options.measures);
  await app.register(cookie);
  registerLanguage(app as unknown as FastifyInstance, { secure: options.publicUrl.startsWith('https:') });
  await app.register(formbody, { bodyLimit: 65_536 });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `Xinlu ${options.name}`,
        version: '0.1.0',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: options.publicUrl }],
    },
  });
  await app.register(fastifyStatic, {
    root: uswdsFolder,
    prefix: '/assets/uswds/',
    maxAge: '1h',
    decorateReply: true,
  });
  await app.register(fastifyStatic, {
    root: assetFolder,
    prefix: '/assets/',
    maxAge: '1m',
    decorateReply: false,
  });
  registerWellKnown(app, options);
  return app;
}

function registerRequestLimits(app: AppInstance, options: HttpOptions): void {
  const limit = createRateLimit(options.kv, `${options.name}:ip`, options.requestsPerMinute ?? 600, 60);
  const exempt = /^\/(?:assets\/|health$|ready$|metrics$|favicon\.ico$)/;
  app.addHook('onRequest', (request, _reply, done) => {
    if (exempt.test(request.url)) return done();
    limit.use(request.ip).then(() => done(), done);
  });
}

function registerWellKnown(app: AppInstance, options: HttpOptions): void {
  const hidden = { schema: { hide: true } };
  app.get('/health', hidden, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get('/ready', hidden, async (_request, reply) => {
    const checks = await options.ready();
    const ready = Object.values(checks).every(Boolean);
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not-ready', checks });
  });
  app.get('/openapi.json', hidden, async () => app.swagger());
  app.get('/favicon.ico', hidden, async (_request, reply) => reply.code(204).send());
}

/** Listens, and gives back the address really taken (port 0 picks a free one). */
export async function listen(app: AppInstance, where: { host: string; port: number }): Promise<string> {
  return app.listen({ host: where.host, port: where.port });
}
