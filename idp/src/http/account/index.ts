import { Id } from '@xinlu/common/wire';
import { Type } from 'typebox';
import { agenciesPage } from '../../pages/account/agencies-page.ts';
import { certificatesPage } from '../../pages/account/certificates-page.ts';
import { noticesPage } from '../../pages/account/notices-page.ts';
import { overviewPage } from '../../pages/account/overview-page.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { accountRequest, endLogins, Form } from './frame.ts';
import { registerPasskeys } from './passkeys.ts';
import { registerSessions } from './sessions.ts';

const NOTICES = 100;
const PartyById = Type.Object({ id: Id });

/** Her own pages: who can sign in as her, where it was done, who knows her; and what she can end. */
export function registerAccount(site: Site, services: PageServices): void {
  registerOverview(site, services);
  registerSessions(site, services);
  registerPasskeys(site, services);
  registerReadOnly(site, services);
  registerAgencies(site, services);
}

function registerOverview(site: Site, services: PageServices): void {
  site.app.get('/account', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { personId } = own.login;
    const { persons, passkeys } = services.passkey;
    const [live, keys, certificates, agencies, mandates] = await Promise.all([
      services.logins.liveOfPerson(personId),
      passkeys.ofPerson(personId),
      persons.certificates(personId),
      services.acquaintances.ofPerson(personId),
      services.mandate.mandates.ofPerson(personId),
    ]);
    const counts = {
      sessions: live.length,
      passkeys: keys.length,
      certificates: certificates.length,
      agencies: agencies.length,
      mandates: mandates.filter(({ endedAt }) => endedAt === undefined).length,
      notices: own.frame.unseen,
    };
    return show(site, request, reply, overviewPage(wordsFor(request).t, { ...own.frame, counts }));
  });

  site.app.post(
    '/account/logout',
    { schema: { hide: true, body: Form }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const login = await requireLogin(site, services, request, reply);
      await endLogins(services, { id: login.id }, 'logout');
      await (await site.sessions.of(request, reply)).destroy();
      return reply.redirect('/', 303);
    },
  );
}

function registerReadOnly(site: Site, services: PageServices): void {
  site.app.get('/account/certificates', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const certificates = await services.passkey.persons.certificates(own.login.personId);
    return show(site, request, reply, certificatesPage(wordsFor(request).t, { ...own.frame, certificates }));
  });

  site.app.get('/account/notices', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { personId } = own.login;
    const notices = await services.notices.ofPerson(personId, NOTICES);
    const unseen = notices.filter(({ seenAt }) => seenAt === undefined).map(({ id }) => id);
    if (unseen.length > 0) await services.notices.seen(personId, unseen);
    return show(site, request, reply, noticesPage(wordsFor(request).t, { ...own.frame, notices }));
  });
}

function registerAgencies(site: Site, services: PageServices): void {
  site.app.get('/account/agencies', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { personId } = own.login;
    const [agencies, live] = await Promise.all([
      services.acquaintances.ofPerson(personId),
      services.logins.liveOfPerson(personId),
    ]);
    const signedInAt = new Set(live.flatMap(({ visited }) => visited));
    return show(
      site,
      request,
      reply,
      agenciesPage(wordsFor(request).t, { ...own.frame, agencies, signedInAt }),
    );
  });

  site.app.post(
    '/account/agencies/:id/end',
    { schema: { hide: true, params: PartyById, body: Form }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const { personId } = await requireLogin(site, services, request, reply);
      const sessions = await services.logins.leave(personId, request.params.id);
      await services.providerSessions.endAt(sessions, request.params.id);
      return reply.redirect('/account/agencies?done=ended-there', 303);
    },
  );
}
