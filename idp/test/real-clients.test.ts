import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { admit, discover, logIn, makeSecret, passSignIn } from './helpers/parties.ts';
import { type Issuer, openidConnectStrategy, type Strategy } from './helpers/passport.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let who: { card: Card; nationalId: string };

beforeAll(async () => {
  world = await startWorld();
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  who = { card, nationalId: NATIONAL_ID.lin };
});
afterAll(() => world?.close());

/** Says yes on the provider's page that asks whether to sign out; gives where that leads. */
async function confirmLogout(browser: Browser, url: string): Promise<string> {
  const { page } = await browser.follow(url);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
  return (await browser.form('/session/end/confirm', { xsrf, logout: 'yes' })).headers.get('location') ?? '';
}

describe('openid-client, FAPI 2.0: PAR, private_key_jwt, DPoP', () => {
  test('logs in, calls userinfo, refreshes, logs out', async () => {
    const { key, kid } = await admit(world, 'agency', { grants: ['refresh_token'] });
    const config = await discover(world, 'agency', oauth.PrivateKeyJwt({ key, kid }));
    const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    const browser = new Browser(world.url);
    const tokens = await logIn(config, browser, who, { par: true, DPoP });
    const sub = tokens.claims()?.sub ?? '';
    expect((await oauth.fetchUserInfo(config, tokens.access_token, sub, { DPoP }))['name']).toBe('林怡君');
    const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
    expect(await oauth.fetchUserInfo(config, refreshed.access_token, sub, { DPoP })).toMatchObject({ sub });
    const returnTo = 'https://agency.example/';
    const end = oauth.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: returnTo,
    });
    expect(await confirmLogout(browser, end.href)).toBe(returnTo);
    await expect(
      oauth.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('passport-openidconnect: a shared secret, a nonce and no PKCE', () => {
  let site: Server;
  let url: string;
  let strategy: Strategy;
  const sessions = new Map<string, Record<string, unknown>>();

  beforeAll(async () => {
    site = createServer((request, response) => {
      const address = new URL(request.url ?? '/', url);
      const session = sessionOf(request);
      const acting = Object.create(strategy) as Strategy;
      acting.redirect = (to: string) => response.writeHead(302, { location: to }).end();
      acting.success = (user) => response.end(JSON.stringify(user));
      acting.fail = (info) => response.writeHead(403).end(JSON.stringify(info ?? null));
      acting.error = (error) => response.writeHead(500).end(String(error));
      acting.authenticate(
        Object.assign(request, { session, query: Object.fromEntries(address.searchParams) }),
        {},
      );
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    url = `http://localhost:${(site.address() as AddressInfo).port}`;
    const { secret, secretSha256 } = makeSecret();
    await admit(
      world,
      'shop',
      {
        authentication: { method: 'client_secret_post', secretSha256: [secretSha256] },
        codeProtection: 'nonce',
        grants: ['refresh_token'],
      },
      { profile: 'basic', redirectUris: [`${url}/callback`], postLogoutRedirectUris: [`${url}/`] },
    );
    const issuer: Issuer = {
      issuer: world.url,
      authorizationURL: `${world.url}/authorize`,
      tokenURL: `${world.url}/token`,
      userInfoURL: `${world.url}/userinfo`,
      clientID: 'shop',
      clientSecret: secret,
      callbackURL: `${url}/callback`,
      scope: 'profile',
      nonce: true,
      skipUserProfile: false,
    };
    strategy = openidConnectStrategy(issuer);
  });
  afterAll(() => site?.close());

  function sessionOf({ headers }: IncomingMessage): Record<string, unknown> {
    const id = /sid=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? '';
    const known = sessions.get(id) ?? {};
    sessions.set(id, known);
    return known;
  }

  const open = (address: string, id: string) =>
    fetch(address, { redirect: 'manual', headers: { cookie: `sid=${id}` } });

  test('logs in, calls userinfo, refreshes, logs out', async () => {
    const begun = (await open(`${url}/login`, 'a')).headers.get('location') ?? '';
    expect(begun).not.toContain('code_challenge');
    const browser = new Browser(world.url);
    const back = await passSignIn(browser, begun, who);
    // Neither somebody else's browser nor a changed state gets in with the answer.
    expect((await open(back, 'b')).status).toBe(403);
    const user = (await (await open(back, 'a')).json()) as Record<
      'name' | 'idToken' | 'refreshToken' | 'sub',
      string
    >;
    expect(user.name).toBe('林怡君');
    const renewed = await new Promise<string>((resolve, reject) => {
      strategy._oauth2.getOAuthAccessToken(
        user.refreshToken,
        { grant_type: 'refresh_token' },
        (error, token) => (error === null ? resolve(token) : reject(error)),
      );
    });
    const userinfo = await fetch(`${world.url}/userinfo`, {
      headers: { authorization: `Bearer ${renewed}` },
    });
    expect(await userinfo.json()).toMatchObject({ name: '林怡君' });
    const end = new URL(`${world.url}/session/end`);
    end.search = new URLSearchParams({
      id_token_hint: user.idToken,
      post_logout_redirect_uri: `${url}/`,
    }).toString();
    expect(await confirmLogout(browser, end.href)).toBe(`${url}/`);
    const after = await fetch(`${world.url}/userinfo`, { headers: { authorization: `Bearer ${renewed}` } });
    expect(after.status).toBe(401);
  });
});
