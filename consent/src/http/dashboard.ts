import { languageOf } from '@xinlu/common/i18n';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { stands } from '../domain/consent.ts';
import { withdrawConsent } from '../domain/withdraw-consent.ts';
import { consentPage, withdrawPage } from '../pages/consent.ts';
import { accessesPage, homePage, welcomePage } from '../pages/home.ts';
import type { Edge } from './deps.ts';
import { ownConsent, visitorOf } from './visitor.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });
const Done = Type.Union(
  (['stopped', 'paused', 'resumed', 'amended'] as const).map((done) => Type.Literal(done)),
);
const Query = Type.Object({ done: Type.Optional(Done), lang: Type.Optional(Type.String()) });
const RECENT = 5;
const LOG_LENGTH = 200;

/** The citizen's own pages. */
export function registerDashboard(edge: Edge): void {
  const { app, domain, sessions } = edge;

  const visitor = (request: FastifyRequest, reply: FastifyReply) => visitorOf(edge, request, reply);

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
      const { account, context, csrfToken } = await visitor(request, reply);
      if (account === undefined) return reply.redirect('/login', 303);
      const consent = await ownConsent(edge, account, request.params.id);
      const [events, accesses] = await Promise.all([
        domain.consents.eventsOf(consent.id),
        domain.accesses.listOf(account, { consentId: consent.id, limit: LOG_LENGTH }),
      ]);
      const { done } = request.query;
      return reply.send(
        consentPage(context, {
          consent,
          events,
          accesses,
          csrfToken,
          ...(done === undefined ? {} : { done }),
        }),
      );
    },
  );

  app.get('/consents/:id/withdraw', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const { account, context, csrfToken } = await visitor(request, reply);
    if (account === undefined) return reply.redirect('/login', 303);
    const consent = await ownConsent(edge, account, request.params.id);
    if (!stands(consent)) return reply.redirect(`/consents/${consent.id}`, 303);
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
      const consent = await ownConsent(edge, account, request.params.id);
      await withdrawConsent(domain, { consentId: consent.id, account, lang: languageOf(request) });
      return reply.redirect(`/consents/${consent.id}?done=stopped`, 303);
    },
  );
}
