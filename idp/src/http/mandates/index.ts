import { refused } from '@xinlu/common/errors';
import { mandatePage } from '../../pages/mandates/mandate-page.ts';
import { mandatesPage } from '../../pages/mandates/mandates-page.ts';
import { accountRequest, ById, Form } from '../account/frame.ts';
import { requireLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { registerGuardian } from './guardian.ts';
import { registerInvitations } from './invitations.ts';
import { registerOffers } from './offers.ts';
import { mandateWords } from './words.ts';

/** Her pages on acting for others: seen, offered, accepted, ended. */
export function registerMandates(site: Site, services: PageServices): void {
  registerOffers(site, services);
  registerInvitations(site, services);
  registerGuardian(site, services);
  const { app } = site;
  const { mandates, grants } = services.mandate;

  app.get('/account/mandates', { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { personId } = own.login;
    const hers = await mandates.ofPerson(personId);
    const view = {
      ...own.frame,
      ...(await mandateWords(services, request, hers)),
      personId,
      isCitizen: own.person.kind === 'citizen',
      mandates: hers,
    };
    return show(site, request, reply, mandatesPage(wordsFor(request).t, view));
  });

  app.get('/account/mandates/:id', { schema: { hide: true, params: ById } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const { personId } = own.login;
    const mandate = await mandates.one(request.params.id);
    if (mandate === undefined || (mandate.principalId !== personId && mandate.actorId !== personId))
      throw refused('not-found', 'There is no such mandate.', { status: 404 });
    const history = await mandates.history(mandate.id);
    const words = await mandateWords(services, request, [mandate], history);
    const view = { ...own.frame, ...words, personId, mandate, history };
    return show(site, request, reply, mandatePage(wordsFor(request).t, view));
  });

  app.post(
    '/account/mandates/:id/end',
    { schema: { hide: true, params: ById, body: Form }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const { personId } = await requireLogin(site, services, request, reply);
      const ended = await mandates.end(request.params.id, personId);
      if (ended !== undefined) await grants.end(ended);
      return reply.redirect('/account/mandates?done=mandate-ended', 303);
    },
  );
}
