import { Type } from 'typebox';
import { isFresh } from '../../domain/passkey/vouchers.ts';
import { requireSettled } from '../../domain/recovery/recoveries.ts';
import { passkeysPage } from '../../pages/account/passkeys-page.ts';
import { removeOwnPage } from '../../pages/account/remove-own-page.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { accountRequest, ById, Csrf, endLogins } from './frame.ts';

const Rename = Type.Object(
  { ...Csrf, name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }) },
  { additionalProperties: false },
);

const Remove = Type.Object(
  { ...Csrf, confirmed: Type.Optional(Type.Literal('yes')) },
  { additionalProperties: false },
);

/** Her passkeys: seen, named, removed; the one she is signed in with only when she confirms it. They are added at `/sign-in/enrol`. */
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
      mayAdd: isFresh(own.login, own.frame.now),
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
    { schema: { hide: true, params: ById, body: Remove }, preHandler },
    async (request, reply) => {
      const login = await requireLogin(site, services, request, reply);
      const { personId, passkeyId } = login;
      const { id } = request.params;
      await requireSettled(services.passkey.recoveries, login);
      if (id === passkeyId && request.body.confirmed !== 'yes') {
        const own = await accountRequest(site, services, request, reply);
        const all = await passkeys.ofPerson(personId);
        const passkey = all.find((one) => one.id === id);
        if (own === undefined || passkey === undefined) return reply;
        const last = !all.some((one) => one.id !== id && one.state === 'active');
        return show(
          site,
          request,
          reply,
          removeOwnPage(wordsFor(request).t, { ...own.frame, passkey, last }),
        );
      }
      if (await passkeys.remove(personId, id)) {
        await endLogins(services, { passkeyId: id }, 'passkey-removed');
      }
      return reply.redirect('/account/passkeys?done=removed', 303);
    },
  );
}
