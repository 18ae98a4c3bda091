import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { EndReason, LoginStore } from '../domain/login/logins.ts';
import { mayEnrol } from '../domain/passkey/enrol-passkey.ts';
import { type AccountView, accountPage } from '../pages/account-page.ts';
import { currentLogin, requireLogin } from './current-login.ts';
import type { PageServices } from './services.ts';
import { type Site, show, wordsFor } from './site.ts';

const HISTORY = 20;
const Form = Type.Object({ _csrf: Type.String({ maxLength: 100 }) }, { additionalProperties: false });
const ById = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) });
const NOTICES = ['removed', 'added', 'ended'] as const;

/** Her own page: passkeys, sessions, certificates and recent sign-ins, and what she can end. */
export function registerAccount(site: Site, services: PageServices): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const form = { hide: true, body: Form } as const;
  const formById = { ...form, params: ById } as const;

  app.get('/account', { schema: { hide: true } }, async (request, reply) => {
    const login = await currentLogin(site, services, request, reply);
    const view = login === undefined ? undefined : await accountView(site, services, request, reply, login);
    if (view === undefined) return reply.redirect('/sign-in', 303);
    return show(site, request, reply, accountPage(wordsFor(request).t, view));
  });

  app.post('/account/passkeys/:id/remove', { schema: formById, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    const { id } = request.params;
    if (await services.passkey.passkeys.remove(login.personId, id)) {
      await end(services, { passkeyId: id }, 'passkey-removed');
    }
    return reply.redirect('/account?done=removed', 303);
  });

  app.post('/account/sessions/:id/end', { schema: formById, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    const own = await services.logins.live(request.params.id);
    if (own?.personId === login.personId) await end(services, { id: own.id }, 'ended-by-person');
    return reply.redirect('/account?done=ended', 303);
  });

  app.post('/account/sessions/end', { schema: form, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await end(services, { personId: login.personId }, 'ended-by-person');
    return reply.redirect('/', 303);
  });

  app.post('/account/logout', { schema: form, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await end(services, { id: login.id }, 'logout');
    await (await sessions.of(request, reply)).destroy();
    return reply.redirect('/', 303);
  });
}

async function end(
  services: PageServices,
  which: Parameters<LoginStore['end']>[0],
  reason: EndReason,
): Promise<void> {
  await services.providerSessions.end(await services.logins.end(which, reason));
}

async function accountView(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
  login: AccountView['currentLogin'],
): Promise<AccountView | undefined> {
  const { persons, passkeys } = services.passkey;
  const person = await persons.person(login.personId);
  if (person === undefined) return undefined;
  const { lang } = wordsFor(request);
  const done = (request.query as { done?: string }).done;
  return {
    csrfToken: (await site.sessions.of(request, reply)).csrfToken,
    name: person.name,
    now: services.clock.now(),
    currentLogin: login,
    passkeys: await passkeys.ofPerson(person.id),
    certificates: await persons.certificates(person.id),
    logins: await services.logins.history(person.id, HISTORY),
    mayAdd: mayEnrol(login, services.clock.now()),
    notice: NOTICES.find((notice) => notice === done),
    organisation: (id) => services.register().participant(id)?.name[lang] ?? id,
  };
}
