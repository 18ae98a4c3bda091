import { refused } from '@xinlu/common/errors';
import { languageOf } from '@xinlu/common/i18n';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Consent } from '../domain/consent.ts';
import { withdrawConsent } from '../domain/withdraw-consent.ts';
import { consentPage, withdrawPage } from '../pages/consent.ts';
import { type PageContext, pageContext } from '../pages/context.ts';
import { accessesPage, homePage, welcomePage } from '../pages/home.ts';
import type { Edge } from './deps.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });
const Query = Type.Object({ stopped: Type.Optional(Type.Literal('1')), lang: Type.Optional(Type.String()) });
const RECENT = 5;
const LOG_LENGTH = 200;

/** The citizen's own pages. */
export function registerDashboard(edge: Edge): void {
  const { app, domain, sessions } = edge;

  async function visitor(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ account: string | undefined; context: PageContext; csrfToken: string }> {
    const session = await sessions.of(request, reply);
    const { account } = session.data;
    const { csrfToken } = session;
    const context = pageContext(request, {
      catalogue: domain.catalogue,
      register: domain.register(),
      demo: edge.demo,
      csrfToken,
      loggedIn: account !== undefined,
    });
    void reply.type('text/html').header('cache-control', 'no-store');
    return { account, context, csrfToken };
  }

  /** Her own consent; another person's does not exist for her. */
  async function ownConsent(account: string, id: string): Promise<Consent> {
    const consent = await domain.consents.find(id);
    if (consent?.account !== account) {
      throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
    }
    return consent;
  }

  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const { account, context } = await visitor(request, reply);
    if (account === undefined) return reply.send(welcomePage(context));
    const [consents, accesses] = await Promise.all([
      domain.consents.listOf(account),
      domain.accesses.listOf(account, { limit: RECENT }),
    ]);
    return reply.send(homePage(context, consents, accesses));
  });

  app.get('/accesses', { schema: { hide: true } }, async (request, reply) => {
    const { account, context } = await visitor(request, reply);
    if (account === undefined) return reply.redirect('/login', 303);
    return reply.send(accessesPage(context, await domain.accesses.listOf(account, { limit: LOG_LENGTH })));
  });

  app.get(
    '/consents/:id',
    { schema: { hide: true, params: Params, querystring: Query } },
    async (request, reply) => {
      const { account, context } = await visitor(request, reply);
      if (account === undefined) return reply.redirect('/login', 303);
      const consent = await ownConsent(account, request.params.id);
      const [events, accesses] = await Promise.all([
        domain.consents.eventsOf(consent.id),
        domain.accesses.listOf(account, { consentId: consent.id, limit: LOG_LENGTH }),
      ]);
      const justStopped = request.query.stopped === '1' && consent.state === 'withdrawn';
      return reply.send(consentPage(context, { consent, events, accesses, justStopped }));
    },
  );

  app.get('/consents/:id/withdraw', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const { account, context, csrfToken } = await visitor(request, reply);
    if (account === undefined) return reply.redirect('/login', 303);
    const consent = await ownConsent(account, request.params.id);
    if (consent.state !== 'granted') return reply.redirect(`/consents/${consent.id}`, 303);
    return reply.send(withdrawPage(context, consent, csrfToken));
  });

  app.post(
    '/consents/:id/withdraw',
    {
      schema: { hide: true, params: Params, body: Type.Object({ _csrf: Type.String() }) },
      preHandler: sessions.requireCsrf,
    },
    async (request, reply) => {
      const { account } = await visitor(request, reply);
      if (account === undefined) return reply.redirect('/login', 303);
      const consent = await ownConsent(account, request.params.id);
      await withdrawConsent(domain, { consentId: consent.id, account, lang: languageOf(request) });
      return reply.redirect(`/consents/${consent.id}?stopped=1`, 303);
    },
  );
}
