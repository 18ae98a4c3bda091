import { createHash, randomUUID } from 'node:crypto';
import { signJwt } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import { SignJWT } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import {
  begin as beginEnrolment,
  clerkCard,
  openDesk,
  redeem as redeemCode,
  registerOffice,
} from './helpers/counter.ts';
import { begin, enrolled } from './helpers/journey.ts';
import { kioskOf, poll, signIn as signInAtDevice } from './helpers/kiosk.ts';
import { admit, discover, logIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const TIMES = 50;
const stores = ['postgres', ...(process.env['TEST_REDIS_URL'] ? ['redis'] : [])] as ('postgres' | 'redis')[];
const times = <T>(work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: TIMES }, (_, n) => work(n)));
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe.each(stores)('of 50 at once exactly one wins, on %s', (store) => {
  let world: World;
  let lin: Card;

  beforeAll(async () => {
    world = await startWorld({ store });
    lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  });
  afterAll(() => world?.close());

  const now = () => Math.floor(Date.now() / 1000);
  const assertion = (jti: string = randomUUID()) =>
    signJwt(world.keys.school, 'JWT', {
      iss: 'school',
      sub: 'school',
      aud: world.url,
      jti,
      iat: now(),
      exp: now() + 60,
    });

  async function proof(
    keys: Awaited<ReturnType<typeof makeKeys>>,
    path: string,
    jti: string = randomUUID(),
    accessToken?: string,
  ) {
    const { kty, crv, x, y } = keys.signing.privateJwk;
    return new SignJWT({
      htm: path === '/userinfo' ? 'GET' : 'POST',
      htu: `${world.url}${path}`,
      jti,
      iat: now(),
      ...(accessToken === undefined
        ? {}
        : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
    })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'dpop+jwt',
        jwk: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) },
      })
      .sign(keys.signing.privateKey);
  }

  const clientAuth = async (jti?: string) => ({
    client_id: 'school',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(jti),
  });
  const verifier = 'v'.repeat(43);

  async function push(dpopKeys: Awaited<ReturnType<typeof makeKeys>>, auth: Record<string, string>) {
    const body = new URLSearchParams({
      ...auth,
      response_type: 'code',
      redirect_uri: 'https://school.example/login/callback',
      scope: 'openid',
      state: 's',
      nonce: 'n',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return fetch(`${world.url}/par`, {
      method: 'POST',
      headers: { ...form, DPoP: await proof(dpopKeys, '/par') },
      body,
    });
  }

  async function code() {
    const dpopKeys = await makeKeys();
    const { request_uri } = (await (await push(dpopKeys, await clientAuth())).json()) as {
      request_uri: string;
    };
    const { browser } = await enrolled(world, lin, NATIONAL_ID.lin);
    const back = await browser.follow(
      `/authorize?client_id=school&request_uri=${encodeURIComponent(request_uri)}`,
    );
    return { dpopKeys, code: new URL(back.url).searchParams.get('code') ?? '', browser, request_uri };
  }

  const redeem = async (given: Awaited<ReturnType<typeof code>>, dpopJti?: string) =>
    fetch(`${world.url}/token`, {
      method: 'POST',
      headers: { ...form, DPoP: await proof(given.dpopKeys, '/token', dpopJti) },
      body: new URLSearchParams({
        ...(await clientAuth()),
        grant_type: 'authorization_code',
        code: given.code,
        redirect_uri: 'https://school.example/login/callback',
        code_verifier: verifier,
      }),
    });

  async function outcome(responses: Response[]) {
    const statuses = responses.map(({ status }) => status);
    for (const response of responses) {
      if (response.status >= 400) expect((await response.json()) as object).toHaveProperty('error');
    }
    return {
      won: statuses.filter((status) => status < 400).length,
      faults: statuses.filter((status) => status >= 500).length,
    };
  }

  test('redemption of a code', async () => {
    const given = await code();
    expect(await outcome(await times(() => redeem(given)))).toEqual({ won: 1, faults: 0 });
  });

  test('a pushed request', async () => {
    const { browser, request_uri } = await code();
    const again = await browser.follow(
      `/authorize?client_id=school&request_uri=${encodeURIComponent(request_uri)}`,
    );
    expect(again.status ?? new URL(again.url).searchParams.get('error')).not.toBe(200);
    expect(again.url).not.toContain('code=');

    const dpopKeys = await makeKeys();
    const pushed = (await (await push(dpopKeys, await clientAuth())).json()) as { request_uri: string };
    const answers = await times(() =>
      browser.follow(`/authorize?client_id=school&request_uri=${encodeURIComponent(pushed.request_uri)}`),
    );
    const codes = answers.flatMap(({ url }) => new URL(url).searchParams.get('code') ?? []);
    expect(codes).toHaveLength(1);
    expect(answers.filter(({ status }) => (status ?? 400) !== 400)).toEqual([]);
    expect((await redeem({ dpopKeys, code: codes[0] ?? '', browser, request_uri })).status).toBe(200);
  });

  test('a refresh token where it rotates; that somebody else used it too ends what the first one got', async () => {
    const client = { authentication: { method: 'none' as const }, grants: ['refresh_token' as const] };
    await admit(world, 'page', client, { profile: 'basic' });
    const config = await discover(world, 'page', oauth.None());
    const tokens = await logIn(config, new Browser(world.url), { card: lin, nationalId: NATIONAL_ID.lin });
    const refresh = (refresh_token = '') =>
      fetch(`${world.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'page', refresh_token }),
      });
    const responses = await times(() => refresh(tokens.refresh_token));
    expect(await outcome(responses)).toEqual({ won: 1, faults: 0 });
    const won = (await responses.find(({ ok }) => ok)?.json()) as Record<string, string>;
    expect(won['refresh_token']).not.toBe(tokens.refresh_token);
    expect((await refresh(won['refresh_token'])).status).toBe(400);
    const headers = { authorization: `Bearer ${won['access_token']}` };
    expect((await fetch(`${world.url}/userinfo`, { headers })).status).toBe(401);
  });

  test('a device code', async () => {
    const kiosk = await kioskOf(world);
    const device = await oauth.initiateDeviceAuthorization(kiosk.config, { scope: 'openid' });
    const who = { card: lin, nationalId: NATIONAL_ID.lin };
    await signInAtDevice(new Browser(world.url), device.user_code, who);
    const polls = await Promise.allSettled(Array.from({ length: TIMES }, () => poll(kiosk, device)));
    expect(polls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = polls.flatMap((one) => (one.status === 'rejected' ? [one.reason.error] : []));
    expect(new Set(refusals)).toEqual(new Set(['invalid_grant']));
  });

  test('a client assertion', async () => {
    const dpopKeys = await makeKeys();
    const auth = await clientAuth();
    expect(await outcome(await times(() => push(dpopKeys, auth)))).toEqual({ won: 1, faults: 0 });
  });

  test('a DPoP proof', async () => {
    const given = await code();
    const { access_token } = (await (await redeem(given)).json()) as { access_token: string };
    const dpop = await proof(given.dpopKeys, '/userinfo', randomUUID(), access_token);
    const headers = { authorization: `DPoP ${access_token}`, dpop };
    const responses = await times(() => fetch(`${world.url}/userinfo`, { headers }));
    expect(await outcome(responses)).toEqual({ won: 1, faults: 0 });
  });

  test('a card challenge', async () => {
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const body = await browser.cardAnswer(page, lin, NATIONAL_ID.lin);
    const answers = await times(() => browser.post(`${page.place}/card/answer`, page.csrfToken, body));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(
      answers.filter(
        ({ json, status }) => status >= 400 && !['challenge-unknown', 'csrf-refused'].includes(json.code),
      ),
    ).toEqual([]);
  });

  test('a counter code', async () => {
    await registerOffice(world);
    const desk = await openDesk(world, await clerkCard(world));
    const { code } = await beginEnrolment(desk, { national_id: NATIONAL_ID.lin, name: '林怡君' });
    const statuses = (await times(() => redeemCode(world, code, NATIONAL_ID.lin))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });

  test('a passkey challenge', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    authenticator.counting = false;
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const { json } = await browser.post(`${page.place}/passkey/options`, page.csrfToken);
    const body = { answer: authenticator.get(json, world.url) };
    const answers = await times(() => browser.post(`${page.place}/passkey/answer`, page.csrfToken, body));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
