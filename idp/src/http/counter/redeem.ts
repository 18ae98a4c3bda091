import { isAppError } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { codeRefused, redeemCode, voucherOfCode } from '../../domain/counter/redeem-code.ts';
import { beginEnrolment, finishEnrolment } from '../../domain/passkey/enrol-passkey.ts';
import type { Voucher } from '../../domain/passkey/vouchers.ts';
import { redeemDonePage, redeemPage } from '../../pages/counter/redeem-page.ts';
import { enrolPage } from '../../pages/enrol-page.ts';
import { Csrf } from '../account/frame.ts';
import { Enrolment, suggestedName } from '../enrolment.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';

const Code = Type.Object(
  { ...Csrf, code: Type.String({ maxLength: 60 }), national_id: Type.String({ maxLength: 40 }) },
  { additionalProperties: false },
);

/** The citizen's side of the counter: the code, her passkey, and nothing else. */
export function registerRedeem(site: Site, services: PageServices): void {
  const { app, sessions } = site;
  const { counter } = services;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  async function voucher(request: FastifyRequest, reply: FastifyReply): Promise<Voucher> {
    const { counterEnrolment } = (await sessions.of(request, reply)).data;
    if (counterEnrolment === undefined) throw codeRefused();
    return voucherOfCode(counter, counterEnrolment, services.clock.now());
  }

  const form = async (request: FastifyRequest, reply: FastifyReply, fault?: string) =>
    show(
      site,
      request,
      reply,
      redeemPage(wordsFor(request).t, {
        csrfToken: (await sessions.of(request, reply)).csrfToken,
        fault,
      }),
    );

  app.get('/counter/redeem', { schema }, async (request, reply) => form(request, reply));

  app.post('/counter/redeem', { schema: { ...schema, body: Code }, preHandler }, async (request, reply) => {
    const session = await sessions.of(request, reply);
    try {
      const enrolment = await redeemCode(counter, {
        typedCode: request.body.code,
        claimedNationalId: request.body.national_id,
        browserSession: session.csrfToken,
        source: request.ip,
        now: services.clock.now(),
      });
      // Whoever was signed in at this browser is not the one who stands at the counter now.
      session.data = { counterEnrolment: enrolment.id };
      await session.rotate();
      return reply.redirect('/counter/enrol', 303);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'counter-code-refused') throw error;
      reply.status(422);
      return form(request, reply, error.code);
    }
  });

  app.get('/counter/enrol', { schema }, async (request, reply) => {
    await voucher(request, reply);
    const { csrfToken } = await sessions.of(request, reply);
    const view = { place: '/counter', csrfToken, suggestedName: suggestedName(request), byCode: true };
    return show(site, request, reply, enrolPage(wordsFor(request).t, view));
  });

  app.post(
    '/counter/passkeys/options',
    { schema: { ...schema, body: Type.Optional(Type.Unknown()) }, preHandler },
    async (request, reply) =>
      beginEnrolment(services.passkey, {
        voucher: await voucher(request, reply),
        browserSession: (await sessions.of(request, reply)).csrfToken,
      }),
  );

  app.post(
    '/counter/passkeys',
    { schema: { ...schema, body: Enrolment }, preHandler },
    async (request, reply) => {
      const session = await sessions.of(request, reply);
      await finishEnrolment(services.passkey, {
        voucher: await voucher(request, reply),
        browserSession: session.csrfToken,
        name: request.body.name.trim(),
        unverifiedAnswer: request.body.answer,
      });
      session.data = {};
      await session.rotate();
      return { next: '/counter/done' };
    },
  );

  app.get('/counter/done', { schema }, async (request, reply) =>
    show(site, request, reply, redeemDonePage(wordsFor(request).t)),
  );
}
