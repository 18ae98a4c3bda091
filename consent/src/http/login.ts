import { isAppError, refused } from '@xinlu/common/errors';
import type { LoginResult } from '@xinlu/common/oidc-client';
import type { Session } from '@xinlu/common/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whatIsAsked } from '../domain/manage-grant.ts';
import { pageContext, partyName } from '../pages/context.ts';
import { type StoppedBecause, stoppedPage } from '../pages/stopped.ts';
import { actingIn, actorOf, isSamePerson, mandateWish } from './acting.ts';
import type { Answering, Edge, PendingLogin, Visit } from './deps.ts';
import { textParam } from './oauth/grant-management.ts';

const STRONG = new Set(['substantial', 'high']);

type Interaction = NonNullable<PendingLogin['interaction']>;

/** Nothing can be asked of whoever is here now: says why, and shows the way back. */
async function sendStopped(
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
  { uid, clientId }: Interaction,
  why: StoppedBecause,
): Promise<FastifyReply> {
  const { csrfToken } = await edge.sessions.of(request, reply);
  const { catalogue, register } = edge.domain;
  const context = pageContext(request, { catalogue, register: register(), demo: edge.demo });
  const page = stoppedPage(
    { ...context, url: false },
    { uid, csrfToken, client: partyName(context, clientId) },
    why,
  );
  return reply.code(403).type('text/html').send(page);
}

/**
 * Sends the browser to the identity provider. For a request, it is asked who she is at the relying party that asks, and where
 * somebody acts for another there, for a mandate that covers the purpose.
 */
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
  const wish = interaction?.actor === undefined ? undefined : mandateWish(edge.domain, interaction.purpose);
  if (interaction?.actor !== undefined && wish === undefined) {
    return sendStopped(edge, request, reply, interaction, 'mandate');
  }
  const { url, pending } = await edge.login.begin({
    ...(wish === undefined ? {} : { authorizationDetails: wish }),
    parameters: { claims: JSON.stringify({ id_token: idToken }), acr_values: 'substantial' },
  });
  session.data.pending = { oidc: pending, ...(interaction === undefined ? {} : { interaction }) };
  await session.save();
  return reply.redirect(url, 303);
}

/** The consent of this interaction, opened for the person who has just proved who she is. */
async function openConsent(edge: Edge, interaction: Interaction, login: LoginResult): Promise<Answering> {
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
  const acting = actingIn(interaction, interaction.purpose, login.claims);
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
  // Whom it is about may replace what was given for her; who acts for her, what she gave herself, may not.
  const foreign =
    replaces !== undefined &&
    (replaces.account !== account || (acting !== undefined && replaces.acting?.account !== acting.account));
  if (foreign) throw refused('another-person', 'This grant is another person’s.', { status: 403 });
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
    ...(acting === undefined ? {} : { acting }),
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
  // A mandate is for the one decision: these pages are opened to the one who signed in, never to whom she acts for.
  const account = actorOf(claims) ?? claims.sub;
  const same = session.data.account === account;
  session.data.account = account;
  const { sid } = claims;
  session.data.login = {
    subject: claims.sub,
    since: claims.iat,
    ...(typeof sid === 'string' ? { sid } : {}),
  };
  await (same ? session.save() : session.rotate());
}

export function registerLogin(edge: Edge): void {
  const { app, sessions } = edge;

  app.get('/login', { schema: { hide: true } }, async (request, reply) => beginLogin(edge, request, reply));

  app.get('/login/callback', { schema: { hide: true } }, async (request, reply) => {
    const session = await sessions.of(request, reply);
    const { pending } = session.data;
    if (pending === undefined) throw refused('login-unknown', 'No login is under way; start again.');
    delete session.data.pending;
    await session.save();
    const { interaction } = pending;
    let login: LoginResult;
    try {
      login = await edge.login.complete(new URL(request.originalUrl, edge.publicUrl), pending.oidc);
    } catch (error) {
      if (interaction === undefined || !isAppError(error) || error.kind !== 'refused') throw error;
      request.log.info({ err: error, code: error.code }, 'login-refused');
      return sendStopped(edge, request, reply, interaction, 'failed');
    }
    if (!STRONG.has(String(login.claims['acr']))) {
      if (interaction === undefined) {
        throw refused('assurance-too-low', 'This way of logging in is not strong enough.', { status: 403 });
      }
      return sendStopped(edge, request, reply, interaction, 'assurance');
    }
    if (interaction === undefined) {
      await enter(session, login);
      return reply.redirect('/', 303);
    }
    if (!isSamePerson(interaction, login.claims)) {
      request.log.warn({ client: interaction.clientId }, 'another-person-logged-in');
      return sendStopped(edge, request, reply, interaction, 'another');
    }
    const answering = await openConsent(edge, interaction, login).catch((error: unknown) => {
      if (isAppError(error) && error.code === 'mandate-insufficient') return undefined;
      throw error;
    });
    if (answering === undefined) return sendStopped(edge, request, reply, interaction, 'mandate');
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
