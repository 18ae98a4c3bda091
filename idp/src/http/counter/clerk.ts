import { isAppError } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Clerk, clerkOf } from '../../domain/counter/clerk.ts';
import { DOCUMENTS } from '../../domain/counter/counter-store.ts';
import {
  confirmAtCounter,
  enrolAtCounter,
  enrolmentOf,
  withdrawAtCounter,
} from '../../domain/counter/enrol-at-counter.ts';
import { type DeskForm, type DeskView, deskPage } from '../../pages/counter/desk-page.ts';
import { issuedPage } from '../../pages/counter/issued-page.ts';
import { reviewPage } from '../../pages/counter/review-page.ts';
import { ById, Csrf, Form } from '../account/frame.ts';
import { currentLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';

const Documents = Type.Union(DOCUMENTS.map((code) => Type.Literal(code)));
const Papers = Type.Object(
  {
    ...Csrf,
    national_id: Type.String({ maxLength: 40 }),
    name: Type.String({ maxLength: 100 }),
    documents: Type.Optional(Type.Array(Documents, { maxItems: DOCUMENTS.length })),
    acr: Type.Union([Type.Literal('substantial'), Type.Literal('high')]),
  },
  { additionalProperties: false },
);

/** Refusals that a clerk mends in the form itself. */
const MENDABLE = ['national-id-malformed', 'documents-missing', 'papers-not-confirmed', 'name-missing'];

/** 臨櫃: the clerk's desk, the code that she hands over, and the second clerk's look at it. */
export function registerClerk(site: Site, services: PageServices): void {
  const { app, sessions } = site;
  const { counter } = services;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  /** The clerk of this browser; undefined, and sent to sign in, when nobody is signed in. */
  async function clerk(request: FastifyRequest, reply: FastifyReply): Promise<Clerk | undefined> {
    const login = await currentLogin(site, services, request, reply);
    if (login !== undefined) return clerkOf(counter, login, services.clock.now());
    const session = await sessions.of(request, reply);
    session.data.after = '/counter';
    await session.save();
    await reply.redirect('/sign-in', 303);
    return undefined;
  }

  async function desk(
    request: FastifyRequest,
    reply: FastifyReply,
    who: Clerk,
    rest: Partial<DeskView> = {},
  ) {
    const { lang, t } = wordsFor(request);
    const awaiting = await counter.counter.awaiting(who.agency);
    return show(
      site,
      request,
      reply,
      deskPage(t, {
        csrfToken: (await sessions.of(request, reply)).csrfToken,
        agency: services.register().participant(who.agency)?.name[lang] ?? who.agency,
        awaiting: awaiting.map(({ id, madeAt, clerk: first }) => ({
          id,
          madeAt,
          own: first === who.certificateId,
        })),
        ...rest,
      }),
    );
  }

  app.get('/counter', { schema }, async (request, reply) => {
    const who = await clerk(request, reply);
    return who === undefined ? reply : desk(request, reply, who);
  });

  app.post(
    '/counter/enrolments',
    { schema: { ...schema, body: Papers }, preHandler },
    async (request, reply) => {
      const who = await clerk(request, reply);
      if (who === undefined) return reply;
      const { national_id, name, documents = [], acr } = request.body;
      const form: DeskForm = { nationalId: national_id, name, documents, acr };
      try {
        const { enrolment, code } = await enrolAtCounter(
          counter,
          who,
          { claimedNationalId: national_id, claimedName: name, documents, acr },
          services.clock.now(),
        );
        return show(
          site,
          request,
          reply,
          issuedPage(wordsFor(request).t, { enrolment, code, name: name.trim() }),
        );
      } catch (error) {
        if (!isAppError(error) || !MENDABLE.includes(error.code)) throw error;
        reply.status(422);
        return desk(request, reply, who, { form, fault: error.code });
      }
    },
  );

  app.get('/counter/enrolments/:id', { schema: { ...schema, params: ById } }, async (request, reply) => {
    const who = await clerk(request, reply);
    if (who === undefined) return reply;
    const enrolment = await enrolmentOf(counter, who, request.params.id);
    const [person, nationalId] = await Promise.all([
      counter.persons.person(enrolment.personId),
      counter.persons.nationalId(enrolment.personId),
    ]);
    return show(
      site,
      request,
      reply,
      reviewPage(wordsFor(request).t, {
        csrfToken: (await sessions.of(request, reply)).csrfToken,
        enrolment,
        own: enrolment.clerk === who.certificateId,
        name: person?.name ?? '',
        nationalId: nationalId ?? '',
        now: services.clock.now(),
      }),
    );
  });

  app.post(
    '/counter/enrolments/:id/confirm',
    { schema: { ...schema, params: ById, body: Form }, preHandler },
    async (request, reply) => {
      const who = await clerk(request, reply);
      if (who === undefined) return reply;
      const { id } = await confirmAtCounter(counter, who, request.params.id, services.clock.now());
      return reply.redirect(`/counter/enrolments/${id}`, 303);
    },
  );

  app.post(
    '/counter/enrolments/:id/withdraw',
    { schema: { ...schema, params: ById, body: Form }, preHandler },
    async (request, reply) => {
      const who = await clerk(request, reply);
      if (who === undefined) return reply;
      await withdrawAtCounter(counter, who, request.params.id);
      return reply.redirect('/counter', 303);
    },
  );
}
