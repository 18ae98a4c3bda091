import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { countHits, type HitCounter } from './helpers/hit-counter.ts';
import { clientOf } from './helpers/journey.ts';
import { admit, discover, logIn, passSignIn } from './helpers/parties.ts';
import { NATIONAL_ID, rp, startWorld, type World } from './helpers/world.ts';

let world: World;
let outside: HitCounter;
let who: { card: Card; nationalId: string };
let shop: { key: oauth.CryptoKey; kid: string };

const CALLBACK = 'https://shop.example/login/callback';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
/** A link or form to the attacker; the address of the page itself stands in that of the other language. */
const LEADS_AWAY = /(?:href|action|src|content)="[^"?]*attacker/;
const now = () => Math.floor(Date.now() / 1000);

beforeAll(async () => {
  [world, outside] = await Promise.all([startWorld(), countHits()]);
  who = {
    card: await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    nationalId: NATIONAL_ID.lin,
  };
  shop = await admit(world, 'shop', {}, { profile: 'basic' });
});
afterAll(async () => {
  await outside?.close();
  await world?.close();
});

const plainRequest = {
  client_id: 'shop',
  response_type: 'code',
  redirect_uri: CALLBACK,
  scope: 'openid',
  state: 'own-state',
  nonce: 'n',
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

const query = (parameters: Record<string, string>, more = '') =>
  `/authorize?${new URLSearchParams(parameters)}${more}`;

/** An authorization request as it comes; nothing may be given and nothing outside of the party told. */
async function refusedAt(path: string) {
  const { url, page, status } = await new Browser(world.url).follow(path);
  expect(url, path).not.toContain('code=');
  expect(page ?? '', path).not.toContain('sign-in-data');
  return { url, page: page ?? '', status };
}

describe('a mixed-up issuer (RFC 9207)', () => {
  test('every answer names its issuer, a refusal too, and discovery says so', async () => {
    const document = (await (await fetch(`${world.url}/.well-known/openid-configuration`)).json()) as object;
    expect(document).toMatchObject({ authorization_response_iss_parameter_supported: true });
    const good = new URL(await passSignIn(new Browser(world.url), query(plainRequest), who));
    const bad = new URL(
      (await new Browser(world.url).follow(query({ ...plainRequest, prompt: 'none' }))).url,
    );
    expect(good.searchParams.has('code')).toBe(true);
    expect(bad.searchParams.get('error')).toBe('login_required');
    for (const answer of [good, bad]) expect(answer.searchParams.getAll('iss')).toEqual([world.url]);
  });

  test('a client that began elsewhere does not take the code, nor one without an issuer', async () => {
    const { key, kid } = shop;
    const config = await discover(world, 'shop', oauth.PrivateKeyJwt({ key, kid }));
    const back = await passSignIn(new Browser(world.url), query(plainRequest), who);
    const checks = { expectedState: 'own-state', expectedNonce: 'n', pkceCodeVerifier: verifier };
    for (const iss of ['https://id.attacker.example', `${world.url}/`, undefined]) {
      const url = new URL(back);
      url.searchParams.delete('iss');
      if (iss !== undefined) url.searchParams.set('iss', iss);
      await expect(oauth.authorizationCodeGrant(config, url, checks), String(iss)).rejects.toThrow();
    }
    // It was the issuer alone, and the code is not spent.
    expect((await oauth.authorizationCodeGrant(config, new URL(back), checks)).access_token).toBeDefined();
    // Our own client, which the services of this country use.
    const client = clientOf(world, 'school');
    const start = await client.begin();
    const own = new URL(await passSignIn(new Browser(world.url), start.url, who));
    own.searchParams.set('iss', 'https://id.attacker.example');
    await expect(client.complete(own, start.pending)).rejects.toMatchObject({ code: 'login-invalid' });
  });
});

describe('an address to return to', () => {
  test.each([
    `${CALLBACK}/extra`,
    `${CALLBACK}/../../steal`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#f`,
    `${CALLBACK}%2f..%2f..`,
    'https://shop.example/login/%63allback',
    'https://shop.example/login/callback ',
    'https://user@shop.example/login/callback',
    'https://shop.example@attacker.example/login/callback',
    'https://shop.example.attacker.example/login/callback',
    'https://shop.example\\@attacker.example/login/callback',
    'https://shop.example:8443/login/callback',
    'http://shop.example/login/callback',
    'HTTPS://SHOP.EXAMPLE/login/callback',
    'https://*.example/login/callback',
    '//shop.example/login/callback',
    'javascript:alert(1)',
    'https://bank.example/login/callback',
  ])(
    'that is not the registered one, character by character, is shown here and led to by nobody: %s',
    async (uri) => {
      const { url, status, page } = await refusedAt(query({ ...plainRequest, redirect_uri: uri }));
      expect(url.startsWith(`${world.url}/`)).toBe(true);
      expect(status).toBe(400);
      expect(page).not.toMatch(LEADS_AWAY);
    },
  );

  test('given twice is refused, whichever is the good one', async () => {
    for (const second of ['https://attacker.example/', CALLBACK]) {
      const { url, status } = await refusedAt(
        query(plainRequest, `&redirect_uri=${encodeURIComponent(second)}`),
      );
      expect(status ?? new URL(url).searchParams.get('error')).toBe('invalid_request');
      expect(url.startsWith(`${CALLBACK}?`)).toBe(true);
    }
  });

  test('after a logout is one of the party or none', async () => {
    const { key, kid } = shop;
    const config = await discover(world, 'shop', oauth.PrivateKeyJwt({ key, kid }));
    const browser = new Browser(world.url);
    const tokens = await logIn(config, browser, who);
    for (const address of [
      'https://attacker.example/',
      'https://shop.example/extra',
      'https://bank.example/',
      '//attacker.example',
    ]) {
      const { page, url, status } = await browser.follow(
        `/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: address })}`,
      );
      expect([url.startsWith(`${world.url}/`), status], address).toEqual([true, 400]);
      expect(page).not.toContain(address);
    }
    // Without a client that it could be registered for it counts for nothing.
    const ending = await browser.follow(
      '/session/end?post_logout_redirect_uri=https%3A%2F%2Fattacker.example%2F',
    );
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(ending.page ?? '')?.[1] ?? '';
    const ended = await browser.form('/session/end/confirm', { xsrf, logout: 'yes' });
    expect(ended.headers.get('location') ?? '').not.toContain('attacker.example');
  });
});

describe('a request object (RFC 9101)', () => {
  const claims = () => ({
    ...plainRequest,
    iss: 'shop',
    aud: world.url,
    jti: randomUUID(),
    nbf: now(),
    exp: now() + 60,
  });
  const signed = (payload: Record<string, unknown>, key = shop, header = {}) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'oauth-authz-req+jwt', ...header })
      .sign(key.key);
  const outer = { client_id: 'shop', scope: 'openid', response_type: 'code' };
  const without = (name: string) =>
    Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));

  test('that is good is taken; the query beside it changes nothing', async () => {
    const request = await signed(claims());
    const path = query({
      ...outer,
      request,
      redirect_uri: 'https://bank.example/login/callback',
      state: 'other',
    });
    const back = new URL(await passSignIn(new Browser(world.url), path, who));
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
    expect(back.searchParams.get('state')).toBe('own-state');
    const plain = await new Browser(world.url).follow(query({ ...outer, request }));
    expect(plain.page).toContain('sign-in-data');
  });

  test('is refused unsigned, by a shared or another key, for another, too old, for too long or too soon', async () => {
    const other = await admit(world, 'other-shop', {}, { profile: 'basic' });
    const publicKey = Buffer.from(
      JSON.stringify((await (await fetch(`${world.url}/jwks`)).json()) as object),
    );
    const tries: Record<string, string> = {
      'alg none': new UnsecuredJWT(claims()).encode(),
      'HS256 by a public key': await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256' })
        .sign(publicKey),
      'another client’s key': await signed(claims(), { ...other, kid: shop.kid }),
      'another client’s object': await signed(
        { ...claims(), iss: 'other-shop', client_id: 'other-shop' },
        other,
      ),
      'another issuer': await signed({ ...claims(), iss: 'other-shop' }),
      'another audience': await signed({ ...claims(), aud: 'https://id.attacker.example' }),
      'no audience': await signed(without('aud')),
      expired: await signed({ ...claims(), nbf: now() - 120, exp: now() - 60 }),
      'no expiry': await signed(without('exp')),
      'no beginning': await signed(without('nbf')),
      'too long': await signed({ ...claims(), exp: now() + 7200 }),
      'not yet': await signed({ ...claims(), nbf: now() + 600, exp: now() + 660 }),
      'an object in the object': await signed({ ...claims(), request: await signed(claims()) }),
      'an address in the object': await signed({ ...claims(), request_uri: outside.url }),
      'other response type': await signed({ ...claims(), response_type: 'id_token' }),
      'no JWT': 'a.b.c',
    };
    for (const [name, request] of Object.entries(tries)) {
      const { url, page, status } = await refusedAt(query({ ...outer, request }));
      expect(`${url}${page}`, name).toMatch(/invalid_request_object|unsupported_response_type/);
      if (url.startsWith(world.url)) expect(status, name).toBe(400);
    }
    expect(outside.hits).toBe(0);
  });

  test('and nothing is fetched that a request or a client names', async () => {
    for (const address of [
      outside.url,
      `${outside.url}/o.jwt`,
      outside.url.replace('localhost', '127.0.0.1'),
    ]) {
      await refusedAt(query({ ...plainRequest, request_uri: address }));
      const assertion = await new SignJWT({
        iss: 'shop',
        sub: 'shop',
        aud: world.url,
        jti: randomUUID(),
        iat: now(),
        exp: now() + 60,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'unknown', jku: address, x5u: address })
        .sign(shop.key);
      const body = new URLSearchParams({
        ...plainRequest,
        request_uri: address,
        jwks_uri: address,
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      for (const path of ['/par', '/token']) {
        const response = await fetch(`${world.url}${path}`, { method: 'POST', body });
        expect([400, 401], path).toContain(response.status);
      }
    }
    // Nor what stands in the register, unless it is where a party is told of logouts.
    const keys = world.keys.household;
    await world.register.admit({
      ...rp('hungry', keys, { profile: 'basic', sector: new URL(outside.url).host }),
      homepage: outside.url,
    });
    await new Browser(world.url).follow(
      query({ ...plainRequest, client_id: 'hungry', redirect_uri: 'https://hungry.example/login/callback' }),
    );
    expect(outside.hits).toBe(0);
    await fetch(outside.url);
    expect(outside.hits).toBeGreaterThan(0);
  });
});

describe('a sector that is another’s', () => {
  test('lets nobody in who came later, and the one that held it goes on', async () => {
    const claims = { profile: 'basic', sector: 'shop.example' } as const;
    const later = { validFrom: '2024-01-01T00:00:00Z' };
    const thief = { ...rp('thief', world.keys.household, claims), ...later };
    const disguised = {
      ...rp('disguised', world.keys.broker, { ...claims, sector: 'SHOP.example' }),
      ...later,
    };
    for (const one of [thief, disguised]) {
      await world.register.admit(one);
      const asked = {
        ...plainRequest,
        client_id: one.id,
        redirect_uri: `https://${one.id}.example/login/callback`,
      };
      const { page, status } = await refusedAt(query(asked));
      expect([status, page.includes('sign-in-data')], one.id).toEqual([400, false]);
    }
    expect((await new Browser(world.url).follow(query(plainRequest))).page).toContain('sign-in-data');
    // With a sector of its own it is a client like any other.
    await world.register.admit({
      ...thief,
      ...rp('thief', world.keys.household, { profile: 'basic' }),
      ...later,
    });
    const honest = {
      ...plainRequest,
      client_id: 'thief',
      redirect_uri: 'https://thief.example/login/callback',
    };
    expect((await new Browser(world.url).follow(query(honest))).page).toContain('sign-in-data');
  });
});

describe('a line break in a parameter', () => {
  test.each([
    '%0d%0aSet-Cookie:%20xinlu_idp=planted',
    '%0aLocation:%20https://attacker.example/',
    '%E5%98%8D%E5%98%8ASet-Cookie:x=y',
  ])('makes no header: %s', async (text) => {
    for (const path of [
      `${query({ ...plainRequest, state: 'S' }).replace('state=S', `state=${text}`)}&prompt=none`,
      query({ ...plainRequest, client_id: 'X' }).replace('client_id=X', `client_id=${text}`),
      `/session/end?state=${text}&ui_locales=${text}`,
      `/device?user_code=${text}`,
      `/sign-in?lang=${text}`,
      `/authorize/${text}`,
    ]) {
      const response = await fetch(`${world.url}${path}`, { redirect: 'manual' });
      expect(response.status, path).toBeLessThan(500);
      const set = response.headers.getSetCookie().join('\n');
      expect(set, path).not.toContain('planted');
      expect(set, path).not.toMatch(/^x=y/m);
      expect(response.headers.get('location') ?? '', path).not.toMatch(/^https:\/\/attacker/);
    }
  });
});
