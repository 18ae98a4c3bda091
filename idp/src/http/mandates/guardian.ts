import { Type } from 'typebox';
import { registerGuardianship } from '../../domain/mandate/guardianship.ts';
import { requireSettled } from '../../domain/recovery/recoveries.ts';
import { guardianPage } from '../../pages/mandates/guardian-page.ts';
import { accountRequest, Csrf } from '../account/frame.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { shownProblem } from './words.ts';

const PATH = '/account/mandates/guardian';
const Ward = Type.Object(
  { ...Csrf, ward: Type.String({ minLength: 1, maxLength: 40 }) },
  { additionalProperties: false },
);

/** A parent or guardian asks for the civil registry's word. */
export function registerGuardian(site: Site, services: PageServices): void {
  site.app.get(PATH, { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    return show(site, request, reply, guardianPage(wordsFor(request).t, own.frame));
  });

  site.app.post(
    PATH,
    { schema: { hide: true, body: Ward }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const own = await accountRequest(site, services, request, reply);
      if (own === undefined) return reply;
      await requireSettled(services.passkey.recoveries, own.login);
      try {
        await registerGuardianship(services.mandate, { login: own.login, claimedWard: request.body.ward });
        return reply.redirect('/account/mandates?done=mandate-confirmed', 303);
      } catch (error) {
        const { status, problem } = shownProblem(request, error);
        return show(
          site,
          request,
          reply.code(status),
          guardianPage(wordsFor(request).t, { ...own.frame, problem }),
        );
      }
    },
  );
}
