import { refused } from '@xinlu/common/errors';
import { allowFormAction } from '@xinlu/common/http';
import { languageOf } from '@xinlu/common/i18n';
import type { MyDataDetail } from '@xinlu/common/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { errors, type InteractionResults } from 'oidc-provider';
import { Type } from 'typebox';
import type { Consent } from '../domain/consent.ts';
import { grantConsent, refuseConsent } from '../domain/decide-consent.ts';
import { needsSignature } from '../domain/sign-consent.ts';
import { askPage } from '../pages/ask.ts';
import { pageContext } from '../pages/context.ts';
import { actorOf } from './acting.ts';
import { Choice, choices } from './choices.ts';
import type { Edge } from './deps.ts';
import { beginLogin } from './login.ts';
import { createSigning } from './signing.ts';

const Params = Type.Object({ uid: Type.String({ pattern: '^[\\w-]{10,100}$' }) });
const Signed = Type.Object({
  confirmation: Type.String({ pattern: '^[\\w-]{43}$' }),
  lang: Type.Optional(Type.String()),
});
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

export function registerInteraction(edge: Edge): void {
  const { app, domain, sessions } = edge;

  async function answeringOf(request: FastifyRequest, reply: FastifyReply, uid: string) {
    const session = await sessions.of(request, reply);
    const answering = session.data.answering?.[uid];
    const consent = answering && (await domain.consents.find(answering.consentId));
    return { session, answering, consent };
  }

  const signing = createSigning(edge);
  const grantedAlready = ({ state, grantId }: Consent) => state === 'granted' && grantId !== null;

  app.get('/interaction/:uid', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const { uid } = request.params;
    const { params } = await interactionOf(edge, request, reply, uid);
    const clientId = String(params['client_id']);
    const { session, answering, consent } = await answeringOf(request, reply, uid);
    if (answering === undefined || consent === undefined) {
      // Verified when the request came.
      const hint = decodeJwt(String(params['id_token_hint']));
      if (hint.sub === undefined) throw gone();
      const [first] = JSON.parse(String(params['authorization_details'])) as MyDataDetail[];
      const actor = actorOf(hint);
      return beginLogin(edge, request, reply, {
        uid,
        clientId,
        subject: hint.sub,
        purpose: first?.purpose ?? '',
        ...(actor === undefined ? {} : { actor }),
      });
    }
    const register = domain.register();
    const client = register.activeParticipant(clientId);
    if (client === undefined) throw gone();
    allowFormAction(reply, String(params['redirect_uri']));
    // Sensitive data are signed there.
    allowFormAction(reply, domain.identityIssuer);
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
          unsigned: (request.query as { unsigned?: string }).unsigned !== undefined,
          ...(replaces && { replaces }),
        }),
      );
  });

  /** She has answered: back to the relying party, with a code where there is a grant. */
  async function answered(
    request: FastifyRequest,
    reply: FastifyReply,
    uid: string,
    grantId: string | undefined,
  ) {
    const session = await sessions.of(request, reply);
    const answering = session.data.answering?.[uid];
    if (answering === undefined) throw gone();
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
  }

  app.post(
    '/interaction/:uid/decision',
    { schema: { hide: true, params: Params, body: Decision }, preHandler: sessions.requireCsrf },
    async (request, reply) => {
      const { uid } = request.params;
      await interactionOf(edge, request, reply, uid);
      const { answering, consent } = await answeringOf(request, reply, uid);
      if (answering === undefined || consent === undefined) throw gone();
      const { decision, field = [] } = request.body;
      const lang = languageOf(request);
      if (decision === 'refuse') {
        if (consent.state !== 'refused') await refuseConsent(domain, consent, lang);
        return answered(request, reply, uid, undefined);
      }
      // A second click after the answer was lost on its way: the decision stands, only the way back is repeated.
      if (grantedAlready(consent)) return answered(request, reply, uid, consent.grantId ?? undefined);
      const chosen = choices(field);
      if (needsSignature(domain, consent, chosen)) {
        const { accessToken } = answering;
        return reply.redirect(await signing.begin({ uid, consent, fields: field, lang, accessToken }), 303);
      }
      const { grantId } = await grantConsent(domain, consent, {
        chosen,
        accessToken: answering.accessToken,
        lang,
      });
      return answered(request, reply, uid, grantId);
    },
  );

  app.get(
    '/interaction/:uid/signed',
    { schema: { hide: true, params: Params, querystring: Signed } },
    async (request, reply) => {
      const { uid } = request.params;
      await interactionOf(edge, request, reply, uid);
      const { answering, consent } = await answeringOf(request, reply, uid);
      if (answering === undefined || consent === undefined) throw gone();
      if (grantedAlready(consent)) return answered(request, reply, uid, consent.grantId ?? undefined);
      const signature = await signing.outcome(request.query.confirmation, consent);
      if (signature === undefined) return reply.redirect(`/interaction/${uid}?unsigned=1`, 303);
      const { accessToken } = answering;
      const { grantId } = await grantConsent(domain, consent, { ...signature, accessToken });
      return answered(request, reply, uid, grantId);
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
