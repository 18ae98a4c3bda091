import { refused } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Consent, concerns } from '../domain/consent.ts';
import { type PageContext, pageContext } from '../pages/context.ts';
import type { Edge } from './deps.ts';

export type Visitor = { account: string | undefined; context: PageContext; csrfToken: string };

/** Who is here, with what her pages need. The answer is hers alone: never cached. */
export async function visitorOf(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<Visitor> {
  const { domain } = edge;
  const session = await edge.sessions.of(request, reply);
  const { account } = session.data;
  const { csrfToken } = session;
  const context = pageContext(request, {
    catalogue: domain.catalogue,
    register: domain.register(),
    demo: edge.demo,
    csrfToken,
    loggedIn: account !== undefined,
    ...(account === undefined ? {} : { account }),
  });
  void reply.type('text/html').header('cache-control', 'no-store');
  return { account, context, csrfToken };
}

/** Her account, for what is no page; refuses with 401 when nobody is signed in. */
export async function accountOf(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { account } = (await edge.sessions.of(request, reply)).data;
  if (account === undefined) throw refused('login-needed', 'Sign in first.', { status: 401 });
  return account;
}

/** Her own consent, or one that she gave for another; any other does not exist for her. */
export async function ownConsent(edge: Edge, account: string, id: string): Promise<Consent> {
  const consent = await edge.domain.consents.find(id);
  if (consent === undefined || !concerns(consent, account)) {
    throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
  }
  return consent;
}
