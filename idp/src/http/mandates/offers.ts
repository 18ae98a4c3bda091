import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ClaimedOffer, makeOffer, offeredKind } from '../../domain/mandate/make-offer.ts';
import type { ScopeEntry } from '../../domain/mandate/mandates.ts';
import { requireSettled } from '../../domain/recovery/recoveries.ts';
import { type OfferForm, offerMadePage, offerPage } from '../../pages/mandates/offer-page.ts';
import { type AccountRequest, accountRequest, Csrf } from '../account/frame.ts';
import type { PageServices } from '../services.ts';
import { type Site, show, wordsFor } from '../site.ts';
import { shownProblem } from './words.ts';

const PATH = '/account/mandates/offer';
const Day = Type.String({ pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$' });
const Choice = Type.String({ pattern: '^[a-z0-9-]{1,64}:[a-z0-9-]{1,64}$' });
const Offer = Type.Object(
  {
    ...Csrf,
    named: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
    scope: Type.Optional(Type.Union([Choice, Type.Array(Choice, { maxItems: 200 })])),
    from: Day,
    until: Day,
  },
  { additionalProperties: false },
);

const TAIPEI = '+08:00';
const dayIn = (moment: Date, days: number): string =>
  new Date(moment.getTime() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

/** The choices of the form, gathered by party. */
function scopeOf(choices: readonly string[]): ScopeEntry[] {
  const byParty = new Map<string, string[]>();
  for (const choice of choices) {
    const [party = '', action = ''] = choice.split(':');
    byParty.set(party, [...(byParty.get(party) ?? []), action]);
  }
  return [...byParty].map(([party, actions]) => ({ party, actions }));
}

/** The offer to act for her: its form, and the one-time code. */
export function registerOffers(site: Site, services: PageServices): void {
  const { app } = site;

  const parties = (kind: ClaimedOffer['kind']) =>
    services
      .register()
      .byRole('rp')
      .flatMap(({ id, relyingParty }) => {
        const delegation = relyingParty?.delegation;
        return delegation?.kinds.includes(kind) ? [{ id, actions: delegation.actions }] : [];
      });

  const form = (
    own: AccountRequest,
    request: FastifyRequest,
    reply: FastifyReply,
    filled: OfferForm,
    problem?: string,
  ) =>
    show(
      site,
      request,
      reply,
      offerPage(wordsFor(request).t, {
        ...own.frame,
        form: filled,
        parties: parties(offeredKind(own.person)),
        problem,
      }),
    );

  app.get(PATH, { schema: { hide: true } }, async (request, reply) => {
    const own = await accountRequest(site, services, request, reply);
    if (own === undefined) return reply;
    const now = services.clock.now();
    return form(own, request, reply, { named: '', scope: [], from: dayIn(now, 0), until: dayIn(now, 90) });
  });

  app.post(
    PATH,
    { schema: { hide: true, body: Offer }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const own = await accountRequest(site, services, request, reply);
      if (own === undefined) return reply;
      await requireSettled(services.passkey.recoveries, own.login);
      const { body } = request;
      const choices = [body.scope ?? []].flat();
      try {
        const { mandate, code } = await makeOffer(services.mandate, {
          login: own.login,
          now: services.clock.now(),
          offer: {
            kind: offeredKind(own.person),
            named: body.named.trim(),
            scope: scopeOf(choices),
            from: new Date(`${body.from}T00:00:00${TAIPEI}`),
            until: new Date(`${body.until}T23:59:59${TAIPEI}`),
          },
        });
        const until = mandate.invitationUntil ?? services.clock.now();
        const view = { ...own.frame, named: body.named.trim(), code, until };
        return show(site, request, reply, offerMadePage(wordsFor(request).t, view));
      } catch (error) {
        const { status, problem } = shownProblem(request, error);
        return form(own, request, reply.code(status), { ...body, scope: choices }, problem);
      }
    },
  );
}
