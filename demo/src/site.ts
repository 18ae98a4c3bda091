import { refused } from '@xinlu/common/errors';
import { type AppInstance, buildHttp, cspNonce, type HttpOptions, type Problem } from '@xinlu/common/http';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { errorPage, type HtmlValue, type PageOptions, page, type Service } from '@xinlu/common/page';
import { registerSessions, type Session, type Sessions } from '@xinlu/common/sessions';
import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { type Country, siteSecret } from './country/country.ts';

/** What a site says when something was refused, in the visitor's words; by the problem's stable code. */
export type Explanation = { title?: string; message: HtmlValue; advice?: readonly HtmlValue[] };

export type Site<T extends object> = {
  app: AppInstance;
  id: string;
  url: string;
  sessions: Sessions<T>;
  session(request: FastifyRequest, reply: FastifyReply): Promise<Session<T>>;
  /** Sends a page of this site. */
  show(
    request: FastifyRequest,
    reply: FastifyReply,
    options: Omit<PageOptions, 'lang' | 'service' | 'nonce' | 'demo'>,
  ): FastifyReply;
  /**
   * preHandler for what a visitor may set going on a desk of the demo: a form with the session's token, or JSON, which no
   * foreign page can send without asking first (and is never allowed to).
   */
  requireOwnPage: preHandlerAsyncHookHandler;
};

export const SESSION_SECONDS = 8 * 3600;

/** A Fastify instance that looks and behaves like one agency's site. */
export const openSite = async <T extends object>(
  country: Country,
  options: {
    id: string;
    url: string;
    service: (lang: Lang) => Service;
    explain?: (problem: Problem, lang: Lang) => Explanation | undefined;
    ready?: HttpOptions['ready'];
    csp?: HttpOptions['csp'];
    camera?: boolean;
    requestsPerMinute?: number;
    /** Whether the login that a session stands on has ended at the identity provider. */
    isOver?: (data: Partial<T>) => Promise<boolean>;
  },
): Promise<Site<T>> => {
  const { id, url } = options;
  const app = await buildHttp({
    name: id,
    publicUrl: url,
    log: country.log.child({ site: id }),
    kv: country.kv,
    ready: options.ready ?? (async () => ({ store: await country.kv.healthy() })),
    requestsPerMinute: options.requestsPerMinute ?? 1200,
    ...(options.csp === undefined ? {} : { csp: options.csp }),
    ...(options.camera === undefined ? {} : { camera: options.camera }),
    errorPage: (problem, request) => {
      const lang = languageOf(request);
      return errorPage({
        lang,
        service: options.service(lang),
        kind: kindOf(problem.status),
        demo: true,
        requestId: problem.instance.split(':').at(-1) ?? '',
        ...options.explain?.(problem, lang),
      });
    },
  });
  const sessions = registerSessions<T>(app, {
    kv: country.kv,
    cookieName: `xinlu_${id.replaceAll('-', '_')}`,
    publicUrl: url,
    ttlSeconds: SESSION_SECONDS,
    secret: siteSecret(country, id),
    ids: country.ids,
    ...(options.isOver === undefined ? {} : { isOver: options.isOver }),
  });
  const origin = new URL(url).origin;
  return {
    app,
    id,
    url,
    sessions,
    session: (request, reply) => sessions.of(request, reply),
    show: (request, reply, content) => {
      const lang = languageOf(request);
      const document = page({
        lang,
        service: options.service(lang),
        nonce: cspNonce(reply),
        demo: true,
        url: request.url,
        ...content,
      });
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(document);
    },
    async requireOwnPage(request, reply) {
      if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
        return sessions.requireCsrf.call(app, request, reply);
      const from = request.headers.origin;
      const site = request.headers['sec-fetch-site'];
      if ((from !== undefined && from !== origin) || (site !== undefined && site !== 'same-origin'))
        throw refused('origin-refused', 'This address takes requests of its own page only.', { status: 403 });
    },
  };
};

const kindOf = (status: number): 'refused' | 'retryable' | 'fatal' | 'not-found' => {
  if (status === 404) return 'not-found';
  if (status < 500) return 'refused';
  return status === 503 || status === 502 || status === 429 ? 'retryable' : 'fatal';
};
