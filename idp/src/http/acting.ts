import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actFor, fittingMandates } from '../domain/mandate/act-for.ts';
import type { ActingResult } from '../domain/mandate/acting.ts';
import type { Asked } from '../domain/mandate/fits.ts';
import { mandateRequestOf } from '../domain/mandate/mandate-request.ts';
import { actingPage } from '../pages/mandates/acting-page.ts';
import { Csrf, Uuid } from './account/frame.ts';
import { type CurrentLogin, currentLogin } from './current-login.ts';
import { mandateWords, shownProblem } from './mandates/words.ts';
import { allowReturn, type Place, placeOf } from './place.ts';
import type { PageServices } from './services.ts';
import { signInResult } from './sign-in-result.ts';
import { type Site, show, wordsFor } from './site.ts';

type Waiting = Extract<Place, { kind: 'interaction' }>;

const As = Type.Union([Type.Literal('self'), Uuid]);
const Choice = Type.Object({ ...Csrf, as: Type.Optional(As) }, { additionalProperties: false });

/** Whether an authorization request waits for her to say for whom she acts. */
export const waitsForActing = (place: Place): place is Waiting =>
  place.kind === 'interaction' && place.interaction.prompt.name === 'mandate';

/** The choice for whom she acts at a party that asks for mandates; the party's request was checked when it came. */
export function registerActing(site: Site, services: PageServices): void {
  const path = '/interaction/:uid/acting';

  site.app.get(path, { schema: { hide: true } }, async (request, reply) => {
    const waiting = await waitingFor(site, services, request, reply);
    if (waiting === undefined) return reply;
    return showChoice(site, services, request, reply, waiting);
  });

  site.app.post(
    path,
    { schema: { hide: true, body: Choice }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const waiting = await waitingFor(site, services, request, reply);
      if (waiting === undefined) return reply;
      const { as } = request.body;
      if (as === undefined) {
        const problem = wordsFor(request).t('acting.choose-one');
        return showChoice(site, services, request, reply.code(422), waiting, problem);
      }
      try {
        const acting = await chosen(services, waiting, as);
        const result = { ...signInResult(waiting.login), acting };
        return reply.redirect(await services.provider.interactionResult(request.raw, reply.raw, result), 303);
      } catch (error) {
        const { status, problem } = shownProblem(request, error);
        return showChoice(site, services, request, reply.code(status), waiting, problem);
      }
    },
  );
}

type Ready = { place: Waiting; login: CurrentLogin; asked: Asked };

/** Sent to sign in, and undefined, when nobody is signed in or nothing is asked here. */
async function waitingFor(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Ready | undefined> {
  const place = await placeOf(services, request, reply);
  const login = await currentLogin(site, services, request, reply);
  const asked = place.kind === 'own' ? undefined : mandateRequestOf(place.interaction.params);
  if (login === undefined || !waitsForActing(place) || asked === undefined) {
    await reply.redirect(place.path, 303);
    return undefined;
  }
  return { place, login, asked: { ...asked, clientId: place.party.id } };
}

async function chosen(services: PageServices, ready: Ready, as: string): Promise<ActingResult> {
  const { login, asked } = ready;
  if (as === 'self') return { actorId: login.personId };
  const { mandate, actions } = await actFor(services.mandate, {
    actorId: login.personId,
    mandateId: as,
    asked,
    now: services.clock.now(),
  });
  return {
    actorId: login.personId,
    mandate: {
      id: mandate.id,
      kind: mandate.kind,
      actions,
      ...(mandate.until === undefined ? {} : { until: mandate.until.toISOString() }),
    },
  };
}

async function showChoice(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
  { place, login, asked }: Ready,
  problem?: string,
): Promise<FastifyReply> {
  const { lang, t } = wordsFor(request);
  const fitting = await fittingMandates(services.mandate, login.personId, asked, services.clock.now());
  const words = await mandateWords(
    services,
    request,
    fitting.map(({ mandate }) => mandate),
  );
  const person = await services.mandate.persons.person(login.personId);
  allowReturn(reply, place.interaction);
  return show(
    site,
    request,
    reply,
    actingPage(t, {
      place: place.path,
      csrfToken: (await site.sessions.of(request, reply)).csrfToken,
      organisation: place.party.name[lang],
      name: person?.name ?? '',
      problem,
      fitting: fitting.map(({ mandate, actions }) => ({
        mandate,
        principal: words.person(mandate.principalId) ?? '',
        actions: actions.map((code) => words.action(asked.clientId, code)),
      })),
    }),
  );
}
