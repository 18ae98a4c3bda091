import { isAppError, refused } from '@xinlu/common/errors';
import type { LoginResult } from '@xinlu/common/oidc-client';
import type { Session } from '@xinlu/common/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whatIsAsked } from '../domain/manage-grant.ts';
import { pageContext, partyName } from '../pages/context.ts';
import { loginFailedPage, mismatchPage } from '../pages/stopped.ts';
import type { Answering, Edge, PendingLogin, Visit } from './deps.ts';
import { textParam } from './oauth/grant-management.ts';

const STRONG = new Set(['substantial', 'high']);

function subjectAt(claims: LoginResult['claims']): { client_id?: unknown; sub?: unknown } {
  const value = claims['subject_at'];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** Sends the browser to the identity provider. For a request, it is asked who she is at the relying party that asks. */
export async function beginLogin(
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
  interaction?: PendingLogin['interaction'],
): Promise<FastifyReply> {
  const session = await edge.sessions.of(request, reply);
  const idToken = {
    acr: { essential: true, values: [...STRONG] },
    ...(interaction === undefined ? {} : { subject_at: { essential: true, value: interaction.clientId } }),
  };
  const { url, pending } = await edge.login.begin({
    parameters: { claims: JSON.stringify({ id_token: idToken }), acr_values: 'substantial' },
  });
  session.data.pending = { oidc: pending, ...(interaction === undefined ? {} : { interaction }) };
  await session.save();
  return reply.redirect(url, 303);
}

/** The consent of this interaction, opened for the person who has just proved who she is. */
async function openConsent(
  edge: Edge,
  interaction: NonNullable<PendingLogin['interaction']>,
  login: LoginResult,
): Promise<Answering> {
  const { domain, provider } = edge;
  const stored = await provider.Interaction.find(interaction.uid);
  const params = (stored as { params?: Record<string, unknown> } | undefined)?.params;
  if (params?.['client_id'] !== interaction.clientId) {
    throw refused('interaction-unknown', 'This request is no longer valid.', { status: 410 });
  }
  const view = domain.register();
  const client = view.activeParticipant(interaction.clientId);
  if (client === undefined)
    throw refused('client-inactive', 'The relying party is not active.', { status: 403 });
  const account = login.claims.sub;
  const { subject } = interaction;
  const { requested, replaces } = await whatIsAsked(
    domain,
    {
      details: JSON.parse(String(params['authorization_details'])),
      action: textParam(params, 'grant_management_action'),
      grantId: textParam(params, 'grant_id'),
      clientId: client.id,
      subject,
    },
    {
      catalogue: domain.catalogue,
      client,
      participant: (id) => view.activeParticipant(id),
      now: domain.clock.now(),
    },
  );
  if (replaces !== undefined && replaces.account !== account) {
    throw refused('another-person', 'This grant is another person’s.', { status: 403 });
  }
  await domain.consents.rememberSubject(account, interaction.clientId, subject);
  const purpose = domain.catalogue.purposes.get(requested[0]?.purpose ?? '');
  const consent = await domain.consents.open({
    interaction: interaction.uid,
    clientId: interaction.clientId,
    account,
    subject,
    purpose: purpose?.id ?? '',
    purposeVersion: purpose?.version ?? 0,
    catalogueVersion: domain.catalogue.version,
    requested,
    ...(replaces === undefined ? {} : { replaces: replaces.id }),
  });
  return {
    account,
    subject,
    consentId: consent.id,
    acr: String(login.claims['acr']),
    amr: Array.isArray(login.claims['amr']) ? login.claims['amr'].map(String) : [],
    authTime: Number(login.claims['auth_time'] ?? login.claims.iat),
    accessToken: login.accessToken,
  };
}

/**
 * Keeps who is here. Somebody new gets a new session id (against fixation); the same person keeps hers, so that a consent
 * page open in another tab can still be answered.
 */
async function enter(session: Session<Visit>, { claims }: LoginResult): Promise<void> {
  const same = session.data.account === claims.sub;
  session.data.account = claims.sub;
  const { sid } = claims;
  session.data.login = {
    subject: claims.sub,
    since: claims.iat,
    ...(typeof sid === 'string' ? { sid } : {}),
  };
  await (same ? session.save() : session.rotate());
}

export function registerLogin(edge: Edge): void {
  const { app, domain, sessions } = edge;

  app.get('/login', { schema: { hide: true } }, async (request, reply) => beginLogin(edge, request, reply));

  app.get('/login/callback', { schema: { hide: true } }, async (request, reply) => {
    const session = await sessions.of(request, reply);
    const { pending } = session.data;
    if (pending === undefined) throw refused('login-unknown', 'No login is under way; start again.');
    delete session.data.pending;
    await session.save();
    const { interaction } = pending;
    const context = pageContext(request, {
      catalogue: domain.catalogue,
      register: domain.register(),
      demo: edge.demo,
    });
    const stopped = () => ({
      uid: interaction?.uid ?? '',
      csrfToken: session.csrfToken,
      client: partyName(context, interaction?.clientId ?? ''),
    });

    let login: LoginResult;
    try {
      login = await edge.login.complete(new URL(request.originalUrl, edge.publicUrl), pending.oidc);
    } catch (error) {
      if (interaction === undefined || !isAppError(error) || error.kind !== 'refused') throw error;
      request.log.info({ err: error, code: error.code }, 'login-refused');
      return reply
        .code(403)
        .type('text/html')
        .send(loginFailedPage({ ...context, url: false }, stopped(), 'failed'));
    }
    if (!STRONG.has(String(login.claims['acr']))) {
      if (interaction === undefined) {
        throw refused('assurance-too-low', 'This way of logging in is not strong enough.', { status: 403 });
      }
      return reply
        .code(403)
        .type('text/html')
        .send(loginFailedPage({ ...context, url: false }, stopped(), 'assurance'));
    }
    if (interaction === undefined) {
      await enter(session, login);
      return reply.redirect('/', 303);
    }
    const at = subjectAt(login.claims);
    if (at.client_id !== interaction.clientId || at.sub !== interaction.subject) {
      request.log.warn({ client: interaction.clientId }, 'another-person-logged-in');
      return reply
        .code(403)
        .type('text/html')
        .send(mismatchPage({ ...context, url: false }, stopped()));
    }
    const answering = await openConsent(edge, interaction, login);
    const visit: Partial<Visit> = session.data;
    visit.answering = { ...visit.answering, [interaction.uid]: answering };
    await enter(session, login);
    return reply.redirect(`/interaction/${interaction.uid}`, 303);
  });

  app.post(
    '/logout',
    { schema: { hide: true }, preHandler: sessions.requireCsrf },
    async (request, reply) => {
      const session = await sessions.of(request, reply);
      await session.destroy();
      return reply.redirect('/', 303);
    },
  );
}
