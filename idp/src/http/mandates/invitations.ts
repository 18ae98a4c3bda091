import { Type } from 'typebox';
import { acceptOffer, declineOffer, readOffer } from '../../domain/mandate/answer-offer.ts';
import { requireSettled } from '../../domain/recovery/recoveries.ts';
import { invitationPage, offeredPage } from '../../pages/mandates/invitation-page.ts';
import { accountRequest, Csrf } from '../account/frame.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { mandateWords, shownProblem } from './words.ts';

const PATH = '/account/mandates/invitation';
const Code = Type.Object(
  { ...Csrf, code: Type.String({ minLength: 1, maxLength: 40 }) },
  { additionalProperties: false },
);

/** An offer by its code: read, accepted, declined. The code travels in the body of a POST alone, never in an address. */
export function registerInvitations(site: Site, services: PageServices): void {
  const { app } = site;
  const preHandler = site.sessions.requireCsrf;
  const schema = { hide: true, body: Code } as const;

  app.get(PATH, { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    return show(site, request, reply, invitationPage(wordsFor(request).t, { ...own.frame, typed: '' }));
  });

  app.post(PATH, { schema, preHandler }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { t } = wordsFor(request);
    const { code } = request.body;
    try {
      const { offer, principalName } = await readOffer(services.mandate, {
        login: own.login,
        typedCode: code,
      });
      const words = await mandateWords(services, request, [offer]);
      return show(
        site,
        request,
        reply,
        offeredPage(t, { ...own.frame, ...words, offer, code, principalName }),
      );
    } catch (error) {
      const { status, problem } = shownProblem(request, error);
      return show(
        site,
        request,
        reply.code(status),
        invitationPage(t, { ...own.frame, typed: code, problem }),
      );
    }
  });

  app.post('/account/mandates/accept', { schema, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await requireSettled(services.passkey.recoveries, login);
    await acceptOffer(services.mandate, { login, typedCode: request.body.code });
    return reply.redirect('/account/mandates?done=mandate-accepted', 303);
  });

  app.post('/account/mandates/decline', { schema, preHandler }, async (request, reply) => {
    const login = await requireLogin(site, services, request, reply);
    await declineOffer(services.mandate, { login, typedCode: request.body.code });
    return reply.redirect('/account/mandates?done=mandate-declined', 303);
  });
}
