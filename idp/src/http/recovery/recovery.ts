import { Type } from 'typebox';
import { beginObjection, cancelFromLogin, objectWithPasskey } from '../../domain/recovery/object.ts';
import { recoveryCancelledPage, recoveryPage } from '../../pages/recovery/recovery-page.ts';
import { Form } from '../account/frame.ts';
import { currentLogin, requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';

const Answer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });

/** A recovery while it cools off: seen by who is signed in, cancelled by her or by whoever holds a former passkey. */
export function registerRecovery(site: Site, services: PageServices): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  app.get('/recovery', { schema }, async (request, reply) => {
    const login = await currentLogin(site, services, request, reply);
    const recovery =
      login === undefined ? undefined : await services.passkey.recoveries.cooling(login.personId);
    return show(
      site,
      request,
      reply,
      recoveryPage(wordsFor(request).t, {
        csrfToken: (await sessions.of(request, reply)).csrfToken,
        ...(recovery === undefined ? {} : { recovery }),
        fromItself: recovery !== undefined && recovery.passkeyId === login?.passkeyId,
      }),
    );
  });

  app.post('/recovery/cancel', { schema: { ...schema, body: Form }, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await cancelFromLogin(services.passkey, login);
    return reply.redirect('/recovery/cancelled', 303);
  });

  app.post(
    '/recovery/object/options',
    { schema: { ...schema, body: Type.Optional(Type.Unknown()) }, preHandler },
    async (request, reply) => beginObjection(services.passkey, (await sessions.of(request, reply)).csrfToken),
  );

  app.post(
    '/recovery/object',
    { schema: { ...schema, body: Answer }, preHandler },
    async (request, reply) => {
      await objectWithPasskey(services.passkey, {
        browserSession: (await sessions.of(request, reply)).csrfToken,
        now: services.clock.now(),
        unverifiedAnswer: request.body.answer,
      });
      return { next: '/recovery/cancelled' };
    },
  );

  app.get('/recovery/cancelled', { schema }, async (request, reply) =>
    show(site, request, reply, recoveryCancelledPage(wordsFor(request).t)),
  );
}
