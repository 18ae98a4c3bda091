import { Type } from 'typebox';
import { beginEnrolment, finishEnrolment, mayEnrol } from '../domain/passkey/enrol-passkey.ts';
import { enrolPage } from '../pages/enrol-page.ts';
import { browserName } from './browser-name.ts';
import { currentLogin, requireLogin } from './current-login.ts';
import { placeOf } from './place.ts';
import type { PageServices } from './services.ts';
import { type Site, show, wordsFor } from './site.ts';

const Enrolment = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), answer: Type.Unknown() },
  { additionalProperties: false },
);

/** The offer of a passkey after a card login, and its two calls. */
export function registerEnrolment(site: Site, services: PageServices, prefix: string): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  app.get(`${prefix}/enrol`, { schema }, async (request, reply) => {
    const place = await placeOf(services, request, reply);
    const login = await currentLogin(site, services, request, reply);
    if (login === undefined) return reply.redirect(place.path, 303);
    if (!mayEnrol(login, services.clock.now())) return reply.redirect(`${place.path}/continue`, 303);
    const { t } = wordsFor(request);
    const browser = browserName(request.headers['user-agent']);
    const session = await sessions.of(request, reply);
    const suggestedName = browser === '—' ? t('enrol.default-name') : browser;
    return show(
      site,
      request,
      reply,
      enrolPage(t, { place: place.path, csrfToken: session.csrfToken, suggestedName }),
    );
  });

  app.post(
    `${prefix}/passkeys/options`,
    { schema: { ...schema, body: Type.Optional(Type.Unknown()) }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      const person = await services.passkey.persons.person(login.personId);
      return beginEnrolment(services.passkey, {
        login,
        browserSession: (await sessions.of(request, reply)).csrfToken,
        now: services.clock.now(),
        userName: person?.name ?? '',
      });
    },
  );

  app.post(
    `${prefix}/passkeys`,
    { schema: { ...schema, body: Enrolment }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      await finishEnrolment(services.passkey, {
        login,
        browserSession: (await sessions.of(request, reply)).csrfToken,
        now: services.clock.now(),
        name: request.body.name.trim(),
        unverifiedAnswer: request.body.answer,
      });
      return { next: place.kind === 'own' ? '/account/passkeys?done=added' : `${place.path}/continue` };
    },
  );
}
