import type { FastifyReply, FastifyRequest } from 'fastify';
import { learnsName } from '../domain/login/learns-name.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { waitsForActing } from './acting.ts';
import { registerAnswers } from './answers.ts';
import { currentLogin } from './current-login.ts';
import { registerEnrolment } from './enrolment.ts';
import { acceptedHolders, allowReturn, PLACES, type Place, placeOf, shortfall } from './place.ts';
import type { PageServices } from './services.ts';
import { signInResult } from './sign-in-result.ts';
import { type Site, show, wordsFor } from './site.ts';

/** The sign-in page and what leads on from it, for relying parties and for her own page alike. */
export function registerSignIn(site: Site, services: PageServices): void {
  for (const prefix of PLACES) {
    registerPage(site, services, prefix);
    registerContinue(site, services, prefix);
    registerAnswers(site, services, prefix);
    registerEnrolment(site, services, prefix);
  }
  registerCancel(site, services);
}

function registerPage(site: Site, services: PageServices, prefix: string): void {
  site.app.get(prefix, { schema: { hide: true } }, async (request, reply) => {
    const place = await placeOf(services, request, reply);
    const login = await currentLogin(site, services, request, reply);
    if (login !== undefined && waitsForActing(place)) return reply.redirect(`${place.path}/acting`, 303);
    const again = place.kind === 'own' && (request.query as { again?: string }).again === '1';
    const missing = login === undefined ? undefined : shortfall(place, login, login.madeAt === place.path);
    if (login !== undefined && missing === undefined && !again) {
      return reply.redirect(`${place.path}/continue`, 303);
    }
    return showSignIn(site, services, request, reply, place, missing);
  });
}

async function showSignIn(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  notice: ReturnType<typeof shortfall>,
): Promise<FastifyReply> {
  const { lang, t } = wordsFor(request);
  const session = await site.sessions.of(request, reply);
  // The card component's window must keep its opener to hand the signature back.
  reply.header('cross-origin-opener-policy', 'same-origin-allow-popups');
  if (place.kind === 'interaction') allowReturn(reply, place.interaction);
  return show(
    site,
    request,
    reply,
    signInPage(t, {
      place: place.path,
      csrfToken: session.csrfToken,
      cardOrigin: services.cardComponentOrigin,
      holders: acceptedHolders(place),
      needsHigh: place.kind === 'interaction' && place.interaction.prompt.details['required_acr'] === 'high',
      hasTls: services.cardTlsOrigin !== undefined,
      lang,
      notice,
      ...(place.kind === 'own'
        ? {}
        : {
            organisation: { name: place.party.name[lang], learnsName: learnsName(place.interaction.params) },
          }),
    }),
  );
}

function registerContinue(site: Site, services: PageServices, prefix: string): void {
  site.app.get(`${prefix}/continue`, { schema: { hide: true } }, async (request, reply) => {
    // Both are asked of the store in one trip.
    void site.sessions.of(request, reply).catch(() => undefined);
    const place = await placeOf(services, request, reply);
    const login = await currentLogin(site, services, request, reply);
    if (login === undefined || shortfall(place, login, login.madeAt === place.path) !== undefined)
      return reply.redirect(place.path, 303);
    if (place.kind === 'own') return reply.redirect(await takeAfter(site, request, reply), 303);
    const { onward, cookie } = services.handOver(place.interaction, signInResult(login));
    reply.setCookie(cookie.name, cookie.value, {
      path: cookie.path,
      httpOnly: true,
      sameSite: 'lax',
      secure: services.https,
      maxAge: cookie.seconds,
    });
    return reply.redirect(onward, 303);
  });
}

/** Where a sign-in for no organisation leads, once. */
async function takeAfter(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const session = await site.sessions.of(request, reply);
  const { after = '/account' } = session.data;
  if (session.data.after !== undefined) {
    delete session.data.after;
    await session.save();
  }
  return after;
}

/** She does not want to sign in: the relying party hears `access_denied`. */
function registerCancel(site: Site, services: PageServices): void {
  const preHandler = site.sessions.requireCsrf;
  site.app.post(
    '/interaction/:uid/cancel',
    { schema: { hide: true }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      const result = { error: 'access_denied', error_description: 'the citizen did not sign in' };
      const onward = await services.provider.interactionResult(request.raw, reply.raw, result, {
        mergeWithLastSubmission: false,
      });
      return reply.redirect(onward, 303);
    },
  );
}
