import { refused } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Login } from '../domain/login/logins.ts';
import type { PageServices } from './services.ts';
import type { Site } from './site.ts';

export type CurrentLogin = Login & { madeAt: string | undefined };

/** The login of this browser, if its session lives. */
export async function currentLogin(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<CurrentLogin | undefined> {
  const { loginId, madeAt } = (await site.sessions.of(request, reply)).data;
  const login = loginId === undefined ? undefined : await services.logins.live(loginId);
  return login === undefined ? undefined : { ...login, madeAt };
}

/** Refusal: `login-ended` (401). */
export async function requireLogin(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Login> {
  const login = await currentLogin(site, services, request, reply);
  if (login === undefined) throw refused('login-ended', 'You are no longer signed in.', { status: 401 });
  return login;
}
