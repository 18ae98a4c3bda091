import type { Ids } from '@xinlu/common/ids';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BROWSER_SECONDS } from '../domain/login/known-browsers.ts';

const NAME = 'xinlu_idp_browser';

/**
 * The random token by which this browser is known again at the next sign-in, made when it has none: a cookie of ours alone,
 * and nothing about the browser itself. It opens nothing; it only decides whether she is told of a new browser.
 */
export function browserToken(
  request: FastifyRequest,
  reply: FastifyReply,
  tools: { ids: Ids; https: boolean },
): string {
  const name = tools.https ? `__Host-${NAME}` : NAME;
  const kept = request.cookies[name];
  const token = kept !== undefined && /^[\w-]{43}$/.test(kept) ? kept : tools.ids.token();
  reply.setCookie(name, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: tools.https,
    maxAge: BROWSER_SECONDS,
  });
  return token;
}
