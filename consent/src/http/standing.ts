import { isAppError } from '@xinlu/common/errors';
import { languageOf } from '@xinlu/common/i18n';
import { Type } from 'typebox';
import { amendConsent, pauseConsent, resumeConsent } from '../domain/amend-consent.ts';
import { type Consent, isStanding, stands } from '../domain/consent.ts';
import { type AmendFault, amendPage } from '../pages/amend.ts';
import { taipeiDay } from '../pages/extent.ts';
import { Choice, choices } from './choices.ts';
import type { Edge } from './deps.ts';
import { ownConsent, visitorOf } from './visitor.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });
const Token = Type.Object({ _csrf: Type.String() });
const Narrowed = Type.Object({
  _csrf: Type.String(),
  field: Type.Optional(Type.Array(Choice, { maxItems: 2000 })),
  until: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
});

const FAULTS: readonly AmendFault[] = ['nothing-left', 'until-past', 'widening'];

/** The end of that day in Taipei, or the present end where she left the day as it is. */
function untilOf(consent: Consent, day: string): Date {
  return day === taipeiDay(consent.expiresAt) ? consent.expiresAt : new Date(`${day}T23:59:59+08:00`);
}

/** What she can do with a standing consent short of withdrawing it: pause, resume, give less. */
export function registerStanding(edge: Edge): void {
  const { app, domain, sessions } = edge;
  const preHandler = sessions.requireCsrf;

  for (const [what, act] of [
    ['pause', pauseConsent],
    ['resume', resumeConsent],
  ] as const) {
    app.post(
      `/consents/:id/${what}`,
      { schema: { hide: true, params: Params, body: Token }, preHandler },
      async (request, reply) => {
        const { account } = await visitorOf(edge, request, reply);
        if (account === undefined) return reply.redirect('/login', 303);
        const consent = await ownConsent(edge, account, request.params.id);
        await act(domain, { consentId: consent.id, account, lang: languageOf(request) });
        return reply.redirect(`/consents/${consent.id}?done=${what}d`, 303);
      },
    );
  }

  app.get('/consents/:id/amend', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const { account, context, csrfToken } = await visitorOf(edge, request, reply);
    if (account === undefined) return reply.redirect('/login', 303);
    const consent = await ownConsent(edge, account, request.params.id);
    if (!stands(consent) || !isStanding(consent)) return reply.redirect(`/consents/${consent.id}`, 303);
    return reply.send(amendPage(context, { consent, csrfToken, today: domain.clock.now() }));
  });

  app.post(
    '/consents/:id/amend',
    { schema: { hide: true, params: Params, body: Narrowed }, preHandler },
    async (request, reply) => {
      const { account, context, csrfToken } = await visitorOf(edge, request, reply);
      if (account === undefined) return reply.redirect('/login', 303);
      const consent = await ownConsent(edge, account, request.params.id);
      const { field = [], until } = request.body;
      const kept = choices(field);
      try {
        await amendConsent(domain, {
          consentId: consent.id,
          account,
          lang: languageOf(request),
          narrowing: { fields: kept, until: untilOf(consent, until) },
        });
      } catch (error) {
        const fault = FAULTS.find((code) => isAppError(error) && error.code === code);
        if (fault === undefined) throw error;
        const page = amendPage(context, {
          consent,
          csrfToken,
          today: domain.clock.now(),
          attempt: { kept, until, fault },
        });
        return reply.code(422).send(page);
      }
      return reply.redirect(`/consents/${consent.id}?done=amended`, 303);
    },
  );
}
