import { isAppError } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Clerk, clerkOf } from '../../domain/counter/clerk.ts';
import { beginClerkSelf, confirmClerkSelf } from '../../domain/counter/clerk-self.ts';
import { type CounterEnrolment, DOCUMENTS } from '../../domain/counter/counter-store.ts';
import {
  confirmAtCounter,
  enrolAtCounter,
  enrolmentOf,
  withdrawAtCounter,
} from '../../domain/counter/enrol-at-counter.ts';
import { type DeskForm, type DeskView, deskPage } from '../../pages/counter/desk-page.ts';
import { issuedPage } from '../../pages/counter/issued-page.ts';
import { reviewPage } from '../../pages/counter/review-page.ts';
import { selfPage } from '../../pages/counter/self-page.ts';
import { ById, Csrf, Form } from '../account/frame.ts';
import { currentLogin, requireLogin } from '../current-login.ts';
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

const Answer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });

/** Refusals that a clerk mends in the form itself. */
const MENDABLE = [
  'national-id-malformed',
  'documents-missing',
  'papers-not-confirmed',
  'name-missing',
  'clerk-self-needed',
];

/** 臨櫃: the clerk's desk, the code that she hands over, and the second clerk's look at it. */
export function registerClerk(site: Site, services: PageServices): void {
  const { app, sessions } = site;
  const { counter } = services;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  /** The clerk of this browser; undefined, and sent to sign in, when nobody is signed in. */
  async function clerk(request: FastifyRequest, reply: FastifyReply): Promise<Clerk | undefined> {
    const login = await currentLogin(site, services, request, reply);
    const session = await sessions.of(request, reply);
    if (login !== undefined) {
      const { clerkSelf } = session.data;
      const self = clerkSelf && { ...clerkSelf, at: new Date(clerkSelf.at) };
      return clerkOf(counter, login, services.clock.now(), self);
    }
    session.data.after = '/counter';
    await session.save();
    await reply.redirect('/sign-in', 303);
    return undefined;
  }

  /** The name of the person whom the clerk has confirmed to be. */
  async function selfOf({ personId }: Clerk): Promise<string | undefined> {
    return personId === undefined ? undefined : (await counter.persons.person(personId))?.name;
  }

  const isOwn = (
    who: Clerk,
    { clerk: first, clerkPerson }: Pick<CounterEnrolment, 'clerk' | 'clerkPerson'>,
  ) => first === who.certificateId || (clerkPerson !== undefined && clerkPerson === who.personId);

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
        awaiting: awaiting.map((enrolment) => ({
          id: enrolment.id,
          madeAt: enrolment.madeAt,
          own: isOwn(who, enrolment),
        })),
        self: await selfOf(who),
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

  app.get('/counter/self', { schema }, async (request, reply) => {
    if ((await clerk(request, reply)) === undefined) return reply;
    const { csrfToken } = await sessions.of(request, reply);
    return show(site, request, reply, selfPage(wordsFor(request).t, { csrfToken }));
  });

  app.post(
    '/counter/self/options',
    { schema: { ...schema, body: Type.Optional(Type.Unknown()) }, preHandler },
    async (request, reply) => {
      if ((await clerk(request, reply)) === undefined) return reply;
      return beginClerkSelf(services.passkey, (await sessions.of(request, reply)).csrfToken);
    },
  );

  app.post('/counter/self', { schema: { ...schema, body: Answer }, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    if ((await clerk(request, reply)) === undefined) return reply;
    const session = await sessions.of(request, reply);
    const self = await confirmClerkSelf(services.passkey, login, {
      browserSession: session.csrfToken,
      now: services.clock.now(),
      unverifiedAnswer: request.body.answer,
    });
    session.data.clerkSelf = { ...self, at: self.at.getTime() };
    await session.save();
    return { next: '/counter' };
  });

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
        own: isOwn(who, enrolment),
        confirmed: who.personId !== undefined,
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
