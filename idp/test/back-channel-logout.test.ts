import { createLocalJWKSet, jwtVerify } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Browser, pageData } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { type LogoutListener, startLogoutListener } from './helpers/logout-listener.ts';
import { admit, discover, logIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let listener: LogoutListener;
let who: { card: Card; nationalId: string };

beforeAll(async () => {
  world = await startWorld();
  listener = await startLogoutListener();
});
afterAll(async () => {
  await world?.close();
  await listener?.close();
});
beforeEach(async () => {
  who = {
    card: await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    nationalId: NATIONAL_ID.lin,
  };
  listener.tokens.length = 0;
  listener.paths.length = 0;
  listener.answer = (response) => response.writeHead(200).end();
});

type Party = { config: oauth.Configuration; DPoP: oauth.DPoPHandle };

async function party(id: string, address = `${listener.url}/${id}`): Promise<Party> {
  const { key, kid } = await admit(world, id, {}, { backchannelLogoutUri: address });
  const config = await discover(world, id, oauth.PrivateKeyJwt({ key, kid }));
  return { config, DPoP: oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256')) };
}

const at = (browser: Browser, { config, DPoP }: Party) => logIn(config, browser, who, { par: true, DPoP });

async function verified(token: string, clientId: string) {
  const jwks = (await (await fetch(`${world.url}/jwks`)).json()) as Parameters<typeof createLocalJWKSet>[0];
  return jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: world.url,
    audience: clientId,
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'sid', 'sub', 'events'],
  });
}

async function formOf(browser: Browser, path: string, action: string, extra: Record<string, string> = {}) {
  const { page } = await browser.follow(path);
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
  return browser.form(action, { _csrf, ...extra });
}

/** The tokens that came, by the party they are for, once so many did. */
async function told(count: number): Promise<Record<string, Record<string, unknown>>> {
  await listener.next(count - 1);
  const all: Record<string, Record<string, unknown>> = {};
  for (const token of listener.tokens) {
    const { payload } = await verified(token, String(JSON.parse(atob(token.split('.')[1] ?? '')).aud));
    all[String(payload.aud)] = payload;
  }
  return all;
}

describe('every end of a session is told to each organisation that it was used at', () => {
  test('a logout at the wish of one: both, each by its own subject and its own name for the session', async () => {
    const [one, two] = [await party('one'), await party('two')];
    const browser = new Browser(world.url);
    const [atOne, atTwo] = [await at(browser, one), await at(browser, two)];
    expect(atOne.claims()?.['sid']).toEqual(expect.any(String));
    expect(atOne.claims()?.['sid']).not.toBe(atTwo.claims()?.['sid']);
    const end = oauth.buildEndSessionUrl(one.config, { id_token_hint: atOne.id_token ?? '' });
    const { page } = await browser.follow(end.href);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    await browser.form('/session/end/confirm', { xsrf, logout: 'yes' });
    const tokens = await told(2);
    for (const [id, { claims }] of Object.entries({ one: atOne, two: atTwo })) {
      expect(tokens[id]).toMatchObject({
        sub: claims.call(id === 'one' ? atOne : atTwo)?.sub,
        sid: claims.call(id === 'one' ? atOne : atTwo)?.['sid'],
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      });
      expect(tokens[id]).not.toHaveProperty('nonce');
    }
    // Once each: the library's own sending is not added to ours.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(listener.paths.sort()).toEqual(['/one', '/two']);
  });

  test('a revoked card', async () => {
    const one = await party('one');
    const sid = (await at(new Browser(world.url), one)).claims()?.['sid'];
    await world.revoke(who.card);
    await world.composed.applyRevocations();
    expect((await told(1))['one']).toMatchObject({ sid });
  });

  test('the end of its time', async () => {
    const one = await party('one');
    const sid = (await at(new Browser(world.url), one)).claims()?.['sid'];
    await world.composed.endExpiredLogins();
    await world.database.query(
      "UPDATE login SET expires_at = now() - interval '1 second' WHERE ended_at IS NULL",
    );
    await world.composed.endExpiredLogins();
    expect((await told(1))['one']).toMatchObject({ sid });
    const last = await world.database.one<{ end_reason: string }>(
      'SELECT end_reason FROM login ORDER BY ended_at DESC NULLS LAST LIMIT 1',
    );
    expect(last?.end_reason).toBe('expired');
  });

  test('her own wish, for all or at one organisation alone', async () => {
    const [one, two] = [await party('one'), await party('two')];
    const browser = new Browser(world.url);
    const [atOne, atTwo] = [await at(browser, one), await at(browser, two)];
    await formOf(browser, '/account/agencies', '/account/agencies/one/end');
    expect(await told(1)).toMatchObject({ one: { sid: atOne.claims()?.['sid'] } });
    await formOf(browser, '/account', '/account/sessions/end');
    expect((await told(2))['two']).toMatchObject({ sid: atTwo.claims()?.['sid'] });
  });

  test('but not a stronger or newer sign-in of hers in the same browser: the session goes on', async () => {
    const one = await party('one');
    const browser = new Browser(world.url);
    const before = await at(browser, one);
    const again = await logIn(one.config, browser, who, {
      par: true,
      DPoP: one.DPoP,
      parameters: { prompt: 'login' },
    });
    expect(again.claims()?.['sid']).toBe(before.claims()?.['sid']);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(listener.tokens).toEqual([]);
    // When that one ends, it is told.
    await formOf(browser, '/account', '/account/sessions/end');
    expect((await told(1))['one']).toMatchObject({ sid: before.claims()?.['sid'] });
  });

  test('another person in the same browser ends the session of the first', async () => {
    const one = await party('one');
    const browser = new Browser(world.url);
    const sid = (await at(browser, one)).claims()?.['sid'];
    const { page } = await browser.follow('/sign-in?again=1');
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    await browser.useCard(pageData(page, 'sign-in-data'), chen, NATIONAL_ID.chen);
    expect((await told(1))['one']).toMatchObject({ sid });
  });
});

describe('an organisation that does not take the message', () => {
  test('is told again until it does, and one that answers is not kept waiting by it', async () => {
    const [one, two] = [await party('one', 'http://localhost:1/gone'), await party('two')];
    const browser = new Browser(world.url);
    await at(browser, one);
    await at(browser, two);
    await formOf(browser, '/account', '/account/sessions/end');
    expect(Object.keys(await told(1))).toEqual(['two']);
    await admit(world, 'one', {}, { backchannelLogoutUri: `${listener.url}/one` });
    for (let round = 0; round < 20 && listener.tokens.length < 2; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 500));
    expect(Object.keys(await told(2)).sort()).toEqual(['one', 'two']);
  });

  test('leads us nowhere by a redirect', async () => {
    const one = await party('one');
    await at(new Browser(world.url), one);
    listener.answer = (response) => response.writeHead(307, { location: `${listener.url}/elsewhere` }).end();
    await world.revoke(who.card);
    await world.composed.applyRevocations();
    await listener.next(0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(new Set(listener.paths)).toEqual(new Set(['/one']));
  });
});
