import { refused } from '@xinlu/common/errors';
import { allowFormAction } from '@xinlu/common/http';
import { languageOf } from '@xinlu/common/i18n';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { errors, type InteractionResults } from 'oidc-provider';
import { Type } from 'typebox';
import type { Consent } from '../domain/consent.ts';
import { grantConsent, refuseConsent } from '../domain/decide-consent.ts';
import { askPage } from '../pages/ask.ts';
import { pageContext } from '../pages/context.ts';
import type { Answering, Edge } from './deps.ts';
import { beginLogin } from './login.ts';

const Params = Type.Object({ uid: Type.String({ pattern: '^[\\w-]{10,100}$' }) });
export const Choice = Type.String({ pattern: '^[a-z0-9.-]+:[a-z0-9_]+$', maxLength: 200 });
const Decision = Type.Object({
  _csrf: Type.String(),
  decision: Type.Union([Type.Literal('grant'), Type.Literal('refuse')]),
  field: Type.Optional(Type.Array(Choice, { maxItems: 2000 })),
});

function gone(cause?: unknown): Error {
  return refused('interaction-unknown', 'This request is no longer valid.', { status: 410, cause });
}

/** The authorization request under way, bound to this browser by the provider's own cookie. */
async function interactionOf(edge: Edge, request: FastifyRequest, reply: FastifyReply, uid: string) {
  try {
    const details = await edge.provider.interactionDetails(request.raw, reply.raw);
    if (details.uid !== uid) throw gone();
    return details;
  } catch (error) {
    throw error instanceof errors.SessionNotFound ? gone(error) : error;
  }
}

async function finish(edge: Edge, request: FastifyRequest, reply: FastifyReply, result: InteractionResults) {
  const returnTo = await edge.provider.interactionResult(request.raw, reply.raw, result, {
    mergeWithLastSubmission: false,
  });
  return reply.redirect(returnTo, 303);
}

/** `dataset:field` as the forms send it, by dataset. */
export function choices(fields: readonly string[]): Map<string, Set<string>> {
  const chosen = new Map<string, Set<string>>();
  for (const choice of fields) {
    const [dataset = '', field = ''] = choice.split(':');
    chosen.set(dataset, (chosen.get(dataset) ?? new Set()).add(field));
  }
  return chosen;
}

export function registerInteraction(edge: Edge): void {
  const { app, domain, sessions } = edge;

  async function answeringOf(request: FastifyRequest, reply: FastifyReply, uid: string) {
    const session = await sessions.of(request, reply);
    const answering = session.data.answering?.[uid];
    const consent = answering && (await domain.consents.find(answering.consentId));
    return { session, answering, consent };
  }

  app.get('/interaction/:uid', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const { uid } = request.params;
    const { params } = await interactionOf(edge, request, reply, uid);
    const clientId = String(params['client_id']);
    const { session, answering, consent } = await answeringOf(request, reply, uid);
    if (answering === undefined || consent === undefined) {
      const { sub } = decodeJwt(String(params['id_token_hint']));
      if (sub === undefined) throw gone();
      return beginLogin(edge, request, reply, { uid, clientId, subject: sub });
    }
    const register = domain.register();
    const client = register.activeParticipant(clientId);
    if (client === undefined) throw gone();
    allowFormAction(reply, String(params['redirect_uri']));
    const context = pageContext(request, { catalogue: domain.catalogue, register, demo: edge.demo });
    const replaces = consent.replaces === null ? undefined : await domain.consents.find(consent.replaces);
    return reply
      .type('text/html')
      .header('cache-control', 'no-store')
      .send(
        askPage(context, {
          uid,
          csrfToken: session.csrfToken,
          consent,
          client,
          ...(replaces && { replaces }),
        }),
      );
  });

  async function grant(
    consent: Consent,
    answering: Answering,
    fields: readonly string[],
    request: FastifyRequest,
  ) {
    // A second click after the answer was lost on its way: the decision stands, only the way back is repeated.
    if (consent.state === 'granted' && consent.grantId !== null) return consent.grantId;
    const granted = await grantConsent(domain, consent, {
      chosen: choices(fields),
      accessToken: answering.accessToken,
      lang: languageOf(request),
    });
    return granted.grantId;
  }

  app.post(
    '/interaction/:uid/decision',
    { schema: { hide: true, params: Params, body: Decision }, preHandler: sessions.requireCsrf },
    async (request, reply) => {
      const { uid } = request.params;
      await interactionOf(edge, request, reply, uid);
      const { session, answering, consent } = await answeringOf(request, reply, uid);
      if (answering === undefined || consent === undefined) throw gone();
      const { decision, field = [] } = request.body;
      const grantId = decision === 'grant' ? await grant(consent, answering, field, request) : undefined;
      if (decision === 'refuse' && consent.state !== 'refused') {
        await refuseConsent(domain, consent, languageOf(request));
      }
      // The identity provider's token has served; what she granted stands on the envelope grant alone.
      delete session.data.answering?.[uid];
      await session.save();
      if (grantId === undefined) {
        return finish(edge, request, reply, {
          error: 'access_denied',
          error_description: 'the citizen refused',
        });
      }
      return finish(edge, request, reply, {
        login: {
          accountId: answering.account,
          acr: answering.acr,
          amr: answering.amr,
          ts: answering.authTime,
          remember: false,
        },
        consent: { grantId },
      });
    },
  );

  app.post(
    '/interaction/:uid/abort',
    {
      schema: { hide: true, params: Params, body: Type.Object({ _csrf: Type.String() }) },
      preHandler: sessions.requireCsrf,
    },
    async (request, reply) => {
      await interactionOf(edge, request, reply, request.params.uid);
      return finish(edge, request, reply, {
        error: 'access_denied',
        error_description: 'the person at the relying party is not the one who is logged in here',
      });
    },
  );
}
