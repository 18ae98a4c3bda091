import { Type } from 'typebox';
import { mayEnrol } from '../../domain/passkey/enrol-passkey.ts';
import { passkeysPage } from '../../pages/account/passkeys-page.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { accountRequest, ById, Csrf, endLogins, Form } from './frame.ts';

const Rename = Type.Object(
  { ...Csrf, name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }) },
  { additionalProperties: false },
);

/** Her passkeys: seen, named, removed. They are added at `/sign-in/enrol`. */
export function registerPasskeys(site: Site, services: PageServices): void {
  const { app } = site;
  const { passkeys } = services.passkey;
  const preHandler = site.sessions.requireCsrf;

  app.get('/account/passkeys', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const view = {
      ...own.frame,
      passkeys: await passkeys.ofPerson(own.login.personId),
      mayAdd: mayEnrol(own.login, own.frame.now),
    };
    return show(site, request, reply, passkeysPage(wordsFor(request).t, view));
  });

  app.post(
    '/account/passkeys/:id/rename',
    { schema: { hide: true, params: ById, body: Rename }, preHandler },
    async (request, reply) => {
      const { personId } = await requireLogin(site, services, request, reply);
      await passkeys.rename(personId, request.params.id, request.body.name.trim());
      return reply.redirect('/account/passkeys?done=renamed', 303);
    },
  );

  app.post(
    '/account/passkeys/:id/remove',
    { schema: { hide: true, params: ById, body: Form }, preHandler },
    async (request, reply) => {
      const { personId } = await requireLogin(site, services, request, reply);
      const { id } = request.params;
      if (await passkeys.remove(personId, id)) {
        await endLogins(services, { passkeyId: id }, 'passkey-removed');
      }
      return reply.redirect('/account/passkeys?done=removed', 303);
    },
  );
}
