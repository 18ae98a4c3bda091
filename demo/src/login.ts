import { refused } from '@xinlu/common/errors';
import { allowFormAction } from '@xinlu/common/http';
import type { KeyRing } from '@xinlu/common/keys';
import { createLogoutReceiver, createOidcClient, registerBackchannelLogout } from '@xinlu/common/oidc-client';
import type { User } from '@xinlu/common/page';
import type { Session } from '@xinlu/common/sessions';
import { MANDATE_DETAIL_TYPE, type MandateRequest } from '@xinlu/common/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Country } from './country/country.ts';
import { openSite, SESSION_SECONDS, type Site } from './site.ts';

/** Who is signed in at one site, as the identity provider told that site alone. */
export type SignedIn = {
  subject: string;
  name: string;
  acr: string;
  idToken: string;
  /** The identity provider's name for this session, and since when (seconds) it is hers. */
  sid?: string;
  since: number;
};

export type LoginSession = { pendingLogin: string; user: SignedIn };

/** For what one may act for another at this site, where the register lets it. */
export type DelegationWish = Pick<MandateRequest, 'kinds' | 'actions'>;

export type Login<T extends LoginSession> = {
  userOf(session: Session<T>): SignedIn | undefined;
  /** The signed-in visitor, or a refusal `login-required` (401). */
  requireUser(request: FastifyRequest, reply: FastifyReply): Promise<{ user: SignedIn; session: Session<T> }>;
  /** The name and the sign-out button for the page's header. */
  menu(session: Session<T>, reply: FastifyReply): { user: User } | Record<string, never>;
};

const assuranceLevels = ['low', 'substantial', 'high'];

/** What the id_token must say: her name, and an assurance level that this site accepts (OpenID Connect Core 5.5). */
const wantedClaims = (minimumAcr: string): Record<string, string> => ({
  claims: JSON.stringify({
    id_token: {
      acr: { essential: true, values: assuranceLevels.slice(assuranceLevels.indexOf(minimumAcr)) },
      name: { essential: true },
    },
  }),
});
const SignOutBody = Type.Object({ _csrf: Type.Optional(Type.String()) });

const receiverOf = (country: Country, clientId: string) =>
  createLogoutReceiver({
    issuer: country.services.idpIssuer,
    clientId,
    kv: country.kv,
    clock: country.clock,
    sessionSeconds: SESSION_SECONDS,
  });

/**
 * A site where citizens sign in: it takes the identity provider's logout tokens, and who was signed in by a login that has
 * ended, be it by a revoked card, is signed in no longer.
 */
export const openLoginSite = async <T extends LoginSession>(
  country: Country,
  options: Parameters<typeof openSite<T>>[1],
): Promise<Site<T>> => {
  const receiver = receiverOf(country, options.id);
  const site = await openSite<T>(country, {
    ...options,
    isOver: async ({ user }) => user !== undefined && (await receiver.isOver(user)),
  });
  registerBackchannelLogout(site.app as unknown as FastifyInstance, receiver);
  return site;
};

/**
 * Sign-in through the identity provider for one site: `/login` (`?for=other` for who acts for another), `/login/callback`, `POST /logout`. A login below the
 * assurance level that the site needs is refused here too, whatever the provider let through.
 */
export const registerLogin = <T extends LoginSession>(
  country: Country,
  site: Site<T>,
  options: {
    clientId: string;
    keys: KeyRing;
    minimumAcr: 'low' | 'substantial' | 'high';
    after: string;
    delegation?: DelegationWish;
  },
): Login<T> => {
  const callback = `${site.url}/login/callback`;
  const client = createOidcClient({
    issuer: country.services.idpIssuer,
    clientId: options.clientId,
    keys: options.keys,
    redirectUri: callback,
    scope: 'openid profile',
    allowHttp: country.services.idpIssuer.startsWith('http:'),
  });

  site.app.get('/login', async (request, reply) => {
    const session = await site.session(request, reply);
    const { delegation } = options;
    const forOther = delegation !== undefined && (request.query as { for?: string }).for === 'other';
    const { url, pending } = await client.begin({
      parameters: wantedClaims(options.minimumAcr),
      ...(forOther ? { authorizationDetails: [{ type: MANDATE_DETAIL_TYPE, ...delegation }] } : {}),
    });
    session.data.pendingLogin = pending;
    await session.save();
    return reply.header('cache-control', 'no-store').redirect(url, 303);
  });

  site.app.get('/login/callback', async (request, reply) => {
    const session = await site.session(request, reply);
    const pending = session.data.pendingLogin;
    if (pending === undefined)
      throw refused('login-not-begun', 'There is no sign-in under way in this browser; start again.');
    delete session.data.pendingLogin;
    await session.save();
    const { claims, idToken } = await client.complete(new URL(request.originalUrl, site.url), pending);
    const acr = typeof claims['acr'] === 'string' ? claims['acr'] : 'none';
    if (assuranceLevels.indexOf(acr) < assuranceLevels.indexOf(options.minimumAcr))
      throw refused('assurance-too-low', 'This service needs a sign-in of a higher assurance level.', {
        status: 403,
      });
    const name = typeof claims['name'] === 'string' ? claims['name'] : '';
    const { sid } = claims;
    session.data.user = {
      subject: claims.sub,
      name,
      acr,
      idToken,
      since: claims.iat,
      ...(typeof sid === 'string' ? { sid } : {}),
    };
    await session.rotate();
    return reply.redirect(options.after, 303);
  });

  site.app.post(
    '/logout',
    { schema: { body: SignOutBody }, preHandler: site.sessions.requireCsrf },
    async (request, reply) => {
      const session = await site.session(request, reply);
      const user = session.data.user;
      await session.destroy();
      const next =
        user === undefined ? '/' : await client.logoutUrl(user.idToken, `${site.url}/`).catch(() => '/');
      return reply.redirect(next, 303);
    },
  );

  return {
    userOf: (session) => session.data.user,
    async requireUser(request, reply) {
      const session = await site.session(request, reply);
      const user = session.data.user;
      if (user === undefined) throw refused('login-required', 'Please sign in first.', { status: 401 });
      return { user, session };
    },
    menu(session, reply) {
      const user = session.data.user;
      if (user === undefined) return {};
      // Signing out ends at the identity provider, so this page's form may lead there.
      allowFormAction(reply, country.services.idpIssuer);
      return {
        user: { name: user.name, logout: { action: '/logout', csrfToken: session.csrfToken } },
      };
    },
  };
};
