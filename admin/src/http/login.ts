import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import type { OidcClient } from '@xinlu/common/oidc-client';
import type { Sessions } from '@xinlu/common/sessions';
import { Type } from 'typebox';
import type { AdminSession } from './session.ts';

/** Levels of assurance at which an operator may act. */
const LEVELS = ['substantial', 'high'];

const ACR_CLAIM = JSON.stringify({ id_token: { acr: { essential: true, values: LEVELS } } });

/** Login of operators through the IdP, at level `substantial` or higher (essential claim, OpenID Connect Core 5.5.1.1). */
export function registerLogin(
  app: AppInstance,
  deps: { sessions: Sessions<AdminSession>; oidc: OidcClient; publicUrl: string },
): void {
  const { sessions, oidc, publicUrl } = deps;

  app.get('/login', { schema: { summary: 'Begin an operator login at the IdP' } }, async (request, reply) => {
    const session = await sessions.of(request, reply);
    const { url, pending } = await oidc.begin({ parameters: { claims: ACR_CLAIM } });
    session.data.pending = pending;
    await session.save();
    return reply.header('cache-control', 'no-store').redirect(url, 303);
  });

  app.get('/login/callback', { schema: { summary: "The IdP's answer" } }, async (request, reply) => {
    const session = await sessions.of(request, reply);
    const { pending } = session.data;
    if (pending === undefined)
      throw refused('login-not-begun', 'No login was begun in this browser; begin again.');
    // One answer for one login: whatever comes of it, the same state is not taken twice.
    delete session.data.pending;
    await session.save();
    const { claims, idToken } = await oidc.complete(new URL(request.originalUrl, publicUrl), pending);
    const acr = String(claims['acr'] ?? '');
    if (!LEVELS.includes(acr)) {
      throw refused('acr-too-low', 'Operators sign in with a citizen certificate or a passkey bound to it.', {
        status: 403,
      });
    }
    const authTime = typeof claims.auth_time === 'number' ? claims.auth_time : claims.iat;
    const sid = typeof claims['sid'] === 'string' ? { sid: claims['sid'] } : {};
    const login = {
      issuer: claims.iss,
      subject: claims.sub,
      acr,
      authTime,
      idToken,
      since: claims.iat,
      ...sid,
    };
    session.data = { login };
    await session.rotate();
    return reply.header('cache-control', 'no-store').redirect('/', 303);
  });

  app.post(
    '/api/logout',
    {
      schema: {
        summary: 'End the session here, and say where it ends at the IdP',
        response: { 200: Type.Object({ url: Type.String() }) },
      },
      preHandler: sessions.requireCsrf,
    },
    async (request, reply) => {
      const session = await sessions.of(request, reply);
      const { login } = session.data;
      await session.destroy();
      const home = `${publicUrl}/`;
      // The session here has ended either way; an IdP that is away must not hold the operator.
      const url = login === undefined ? home : await oidc.logoutUrl(login.idToken, home).catch(() => home);
      return { url };
    },
  );
}
