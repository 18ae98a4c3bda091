import { refused } from '@xinlu/common/errors';
import { allowFormAction } from '@xinlu/common/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Confirmation } from '../../domain/confirmation/confirmations.ts';
import {
  beginSigning,
  finishSigning,
  type SigningServices,
} from '../../domain/confirmation/sign-statement.ts';
import { mayEnrol } from '../../domain/passkey/vouchers.ts';
import { signConsentPage, signedOutPage } from '../../pages/confirmation/sign-consent-page.ts';
import { Form } from '../account/frame.ts';
import { currentLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { ById } from './api.ts';

const Answer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });
const Nothing = Type.Optional(Type.Unknown());

/** Back at the broker, with the number by which it asks what came of it. */
function backAt({ returnTo, id }: Confirmation): string {
  const url = new URL(returnTo);
  url.searchParams.set('confirmation', id);
  return url.href;
}

/** The page on which she signs a consent by her passkey, at the request of a broker that sent her here. */
export function registerConfirmationPage(site: Site, services: PageServices, signing: SigningServices): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const path = '/confirm/:id';

  async function confirmationOf(id: string): Promise<Confirmation> {
    const confirmation = await signing.confirmations.find(id);
    if (confirmation === undefined) {
      throw refused('confirmation-unknown', 'This request has expired; start again at the site.', {
        status: 404,
      });
    }
    return confirmation;
  }

  /** The login of the one who is to sign, in this browser; nobody else's counts here. */
  async function signerIn(request: FastifyRequest, reply: FastifyReply, confirmation: Confirmation) {
    const login = await currentLogin(site, services, request, reply);
    return login?.personId === confirmation.actorId ? login : undefined;
  }

  async function signerOrRefuse(request: FastifyRequest, reply: FastifyReply, id: string) {
    const confirmation = await confirmationOf(id);
    const login = await signerIn(request, reply, confirmation);
    if (login === undefined) throw refused('login-ended', 'You are no longer signed in.', { status: 401 });
    return { confirmation, login };
  }

  app.get(path, { schema: { hide: true, params: ById } }, async (request, reply) => {
    const confirmation = await confirmationOf(request.params.id);
    if (confirmation.answer.state !== 'open') return reply.redirect(backAt(confirmation), 303);
    const { lang, t } = wordsFor(request);
    const party = (id: string) => services.register().participant(id)?.name[lang] ?? id;
    const names = { client: party(confirmation.statement.client_id), broker: party(confirmation.broker) };
    const back = backAt(confirmation);
    if ((await signerIn(request, reply, confirmation)) === undefined)
      return show(site, request, reply.code(403), signedOutPage(t, { ...names, back }));
    const own = await signing.passkey.passkeys.ofPerson(confirmation.actorId);
    const ward =
      confirmation.principalId === confirmation.actorId
        ? undefined
        : await signing.passkey.persons.person(confirmation.principalId);
    allowFormAction(reply, back);
    return show(
      site,
      request,
      reply,
      signConsentPage(t, {
        ...names,
        lang,
        place: `/confirm/${confirmation.id}`,
        csrfToken: (await sessions.of(request, reply)).csrfToken,
        statement: confirmation.statement,
        ...(ward === undefined ? {} : { ward: ward.name }),
        hasPasskey: own.some(({ state }) => state === 'active'),
      }),
    );
  });

  app.post(
    `${path}/passkey/options`,
    { schema: { hide: true, params: ById, body: Nothing }, preHandler },
    async (request, reply) => {
      const { confirmation } = await signerOrRefuse(request, reply, request.params.id);
      return beginSigning(signing, confirmation, (await sessions.of(request, reply)).csrfToken);
    },
  );

  app.post(
    `${path}/passkey`,
    { schema: { hide: true, params: ById, body: Answer }, preHandler },
    async (request, reply) => {
      const { confirmation } = await signerOrRefuse(request, reply, request.params.id);
      await finishSigning(signing, confirmation, {
        browserSession: (await sessions.of(request, reply)).csrfToken,
        now: services.clock.now(),
        unverifiedAnswer: request.body.answer,
      });
      return { next: backAt(confirmation) };
    },
  );

  app.post(
    `${path}/refuse`,
    { schema: { hide: true, params: ById, body: Form }, preHandler },
    async (request, reply) => {
      const { confirmation } = await signerOrRefuse(request, reply, request.params.id);
      await signing.confirmations.answer(confirmation.id, { state: 'refused' });
      allowFormAction(reply, backAt(confirmation));
      return reply.redirect(backAt(confirmation), 303);
    },
  );

  // Who has no passkey yet makes one by her card, and comes back here.
  app.post(
    `${path}/enrol`,
    { schema: { hide: true, params: ById, body: Form }, preHandler },
    async (request, reply) => {
      const { confirmation, login } = await signerOrRefuse(request, reply, request.params.id);
      const session = await sessions.of(request, reply);
      session.data.after = `/confirm/${confirmation.id}`;
      await session.save();
      const may = mayEnrol(login, services.clock.now());
      return reply.redirect(may ? '/sign-in/enrol' : '/sign-in?again=1', 303);
    },
  );
}
