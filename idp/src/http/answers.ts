import { Type } from 'typebox';
import { beginPasskeyLogin, loginWithPasskey } from '../domain/passkey/login-with-passkey.ts';
import { beginLogin } from './begin-login.ts';
import { browserName } from './browser-name.ts';
import { registerCardAnswers } from './card-answers.ts';
import { placeOf } from './place.ts';
import type { PageServices } from './services.ts';
import type { Site } from './site.ts';

const PasskeyAnswer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });
const Nothing = Type.Optional(Type.Unknown());

/** The calls of the sign-in page's scripts: a challenge for each way in, and the answer to it. */
export function registerAnswers(site: Site, services: PageServices, prefix: string): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;
  registerCardAnswers(site, services, prefix);

  app.post(
    `${prefix}/passkey/options`,
    { schema: { ...schema, body: Nothing }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      return beginPasskeyLogin(services.passkey, (await sessions.of(request, reply)).csrfToken);
    },
  );

  app.post(
    `${prefix}/passkey/answer`,
    { schema: { ...schema, body: PasskeyAnswer }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await loginWithPasskey(services.passkey, {
        unverifiedAnswer: request.body.answer,
        browserSession: (await sessions.of(request, reply)).csrfToken,
        browser: browserName(request.headers['user-agent']),
        now: services.clock.now(),
      });
      return { next: await beginLogin(site, services, request, reply, place, login) };
    },
  );
}
