import { isAppError } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Login } from '../domain/login/logins.ts';
import { beginEnrolment, finishEnrolment } from '../domain/passkey/enrol-passkey.ts';
import {
  beginSecondFactor,
  finishSecondFactor,
  isFresh,
  type SecondFactor,
  type Voucher,
  voucherOf,
} from '../domain/passkey/vouchers.ts';
import { enrolPage } from '../pages/enrol-page.ts';
import { secondFactorPage } from '../pages/second-factor-page.ts';
import { Form } from './account/frame.ts';
import { browserName } from './browser-name.ts';
import { currentLogin, requireLogin } from './current-login.ts';
import { placeOf } from './place.ts';
import type { PageServices } from './services.ts';
import { type Site, show, wordsFor } from './site.ts';

export const Enrolment = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), answer: Type.Unknown() },
  { additionalProperties: false },
);
const SecondAnswer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });
const Nothing = Type.Optional(Type.Unknown());

/** The name that a new passkey is offered: the browser that makes it. */
export function suggestedName(request: FastifyRequest): string {
  const browser = browserName(request.headers['user-agent']);
  return browser === '—' ? wordsFor(request).t('enrol.default-name') : browser;
}

/** The offer of a passkey after a card login, or after two passkeys, and its calls. */
export function registerEnrolment(site: Site, services: PageServices, prefix: string): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  async function voucher(request: FastifyRequest, reply: FastifyReply, login: Login): Promise<Voucher> {
    const { second: kept, othersLostFor } = (await sessions.of(request, reply)).data;
    const second: SecondFactor | undefined =
      kept === undefined ? undefined : { ...kept, at: new Date(kept.at) };
    return voucherOf(services.passkey, login, { second, othersLostFor }, services.clock.now());
  }

  app.get(`${prefix}/enrol`, { schema }, async (request, reply) => {
    const place = await placeOf(services, request, reply);
    const login = await currentLogin(site, services, request, reply);
    if (login === undefined) return reply.redirect(place.path, 303);
    const { t } = wordsFor(request);
    const { csrfToken } = await sessions.of(request, reply);
    const vouched = await voucher(request, reply, login).then(
      () => true,
      (error: unknown) => {
        if (isAppError(error) && error.code !== 'cooling-off') return false;
        throw error;
      },
    );
    if (vouched) {
      const view = { place: place.path, csrfToken, suggestedName: suggestedName(request) };
      return show(site, request, reply, enrolPage(t, { ...view, skip: `${place.path}/continue` }));
    }
    if (place.kind !== 'own') return reply.redirect(`${place.path}/continue`, 303);
    if (login.method !== 'passkey' || !isFresh(login, services.clock.now()))
      return reply.redirect('/sign-in?again=1', 303);
    const others = (await services.passkey.passkeys.ofPerson(login.personId)).filter(
      ({ id, state }) => id !== login.passkeyId && state === 'active',
    );
    return show(
      site,
      request,
      reply,
      secondFactorPage(t, {
        place: place.path,
        csrfToken,
        others: others.map(({ name }) => name),
        coolingHours: services.coolingHours,
      }),
    );
  });

  app.post(
    `${prefix}/passkeys/others-lost`,
    { schema: { ...schema, body: Form }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      const session = await sessions.of(request, reply);
      session.data.othersLostFor = login.id;
      await session.save();
      return reply.redirect(`${place.path}/enrol`, 303);
    },
  );

  app.post(
    `${prefix}/passkeys/second/options`,
    { schema: { ...schema, body: Nothing }, preHandler },
    async (request, reply) => {
      const login = await requireLogin(site, services, request, reply);
      const browserSession = (await sessions.of(request, reply)).csrfToken;
      return beginSecondFactor(services.passkey, { login, browserSession, now: services.clock.now() });
    },
  );

  app.post(
    `${prefix}/passkeys/second`,
    { schema: { ...schema, body: SecondAnswer }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      const session = await sessions.of(request, reply);
      const second = await finishSecondFactor(services.passkey, {
        login,
        browserSession: session.csrfToken,
        now: services.clock.now(),
        unverifiedAnswer: request.body.answer,
      });
      session.data.second = { ...second, at: second.at.getTime() };
      await session.save();
      return { next: `${place.path}/enrol` };
    },
  );

  app.post(
    `${prefix}/passkeys/options`,
    { schema: { ...schema, body: Nothing }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      return beginEnrolment(services.passkey, {
        voucher: await voucher(request, reply, login),
        browserSession: (await sessions.of(request, reply)).csrfToken,
      });
    },
  );

  app.post(
    `${prefix}/passkeys`,
    { schema: { ...schema, body: Enrolment }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await requireLogin(site, services, request, reply);
      const session = await sessions.of(request, reply);
      await finishEnrolment(services.passkey, {
        voucher: await voucher(request, reply, login),
        browserSession: session.csrfToken,
        name: request.body.name.trim(),
        unverifiedAnswer: request.body.answer,
      });
      delete session.data.second;
      delete session.data.othersLostFor;
      await session.save();
      const onward = place.kind === 'interaction' || session.data.after?.startsWith('/confirm/') === true;
      return { next: onward ? `${place.path}/continue` : '/account/passkeys?done=added' };
    },
  );
}
