import { Type } from 'typebox';
import { historyPage } from '../../pages/account/history-page.ts';
import { sessionsPage } from '../../pages/account/sessions-page.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { accountRequest, ById, endLogins, Form, Uuid } from './frame.ts';

const HISTORY = 20;
const HistoryQuery = Type.Object({ before: Type.Optional(Uuid), lang: Type.Optional(Type.String()) });

/** Where she is signed in and where she was. */
export function registerSessions(site: Site, services: PageServices): void {
  const { app } = site;
  const preHandler = site.sessions.requireCsrf;
  const form = { hide: true, body: Form } as const;

  app.get('/account/sessions', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const live = await services.logins.liveOfPerson(own.login.personId);
    return show(
      site,
      request,
      reply,
      sessionsPage(wordsFor(request).t, { ...own.frame, currentLogin: own.login, live }),
    );
  });

  app.get(
    '/account/history',
    { schema: { hide: true, querystring: HistoryQuery } },
    async (request, reply) => {
      const own = await accountRequest(site, services, request, reply);
      if (own === undefined) return reply;
      const { before } = request.query;
      const found = await services.logins.history(own.login.personId, HISTORY + 1, before);
      const logins = found.slice(0, HISTORY);
      const older = found.length > HISTORY ? logins.at(-1)?.id : undefined;
      return show(
        site,
        request,
        reply,
        historyPage(wordsFor(request).t, { ...own.frame, logins, before, older }),
      );
    },
  );

  app.post(
    '/account/sessions/:id/end',
    { schema: { ...form, params: ById }, preHandler },
    async (request, reply) => {
      const { personId } = await requireLogin(site, services, request, reply);
      const own = await services.logins.live(request.params.id);
      if (own?.personId === personId) await endLogins(services, { id: own.id }, 'ended-by-person');
      return reply.redirect('/account/sessions?done=ended', 303);
    },
  );

  app.post('/account/sessions/end-others', { schema: form, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await endLogins(services, { personId: login.personId, except: login.id }, 'ended-by-person');
    return reply.redirect('/account/sessions?done=ended-others', 303);
  });

  app.post('/account/sessions/end', { schema: form, preHandler }, async (request, reply) => {
    const { personId } = await requireLogin(site, services, request, reply);
    await endLogins(services, { personId }, 'ended-by-person');
    return reply.redirect('/', 303);
  });
}
