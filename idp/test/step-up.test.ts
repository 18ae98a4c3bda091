import { stepUpChallenge } from '@xinlu/common/oidc-client';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { admit, discover, logIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let who: { card: Card; nationalId: string };

beforeAll(async () => {
  world = await startWorld();
  who = {
    card: await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    nationalId: NATIONAL_ID.lin,
  };
});
afterAll(() => world?.close());

async function party(id: string, minimumAcr: 'low' | 'substantial' = 'low') {
  const address = 'http://localhost:1/nowhere'; // so that ID tokens carry `sid`
  const admitted = await admit(world, id, {}, { minimumAcr, backchannelLogoutUri: address });
  const config = await discover(world, id, oauth.PrivateKeyJwt({ key: admitted.key, kid: admitted.kid }));
  return {
    ...admitted,
    config,
    par: true,
    DPoP: oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256')),
  };
}

type Party = Awaited<ReturnType<typeof party>>;
const enter = (browser: Browser, { config, par, DPoP }: Party, parameters: Record<string, string> = {}) =>
  logIn(config, browser, who, { par, DPoP, parameters });

/** Logs in, and lets the login seem to have been so long ago. */
async function age(browser: Browser, one: Party, seconds: number) {
  const tokens = await enter(browser, one);
  for (const { key, value } of await world.database.query<{ key: string; value: string }>(
    "SELECT key, value FROM key_value WHERE key LIKE '%oidc:Session:%' OR key LIKE '%oidc:session-of:%'",
  )) {
    const session = JSON.parse(value) as { loginTs?: number };
    if (session.loginTs === undefined) continue;
    session.loginTs -= seconds;
    await world.database.query('UPDATE key_value SET value = $2 WHERE key = $1', [
      key,
      JSON.stringify(session),
    ]);
  }
  return tokens;
}

describe('how a person signed in', () => {
  test('stands in the ID token: level, ways, time', async () => {
    const one = await party('one');
    const claims = (await enter(new Browser(world.url), one)).claims();
    expect(claims).toMatchObject({ acr: 'substantial', amr: ['sc', 'pin', 'mfa'] });
    expect(Math.abs((claims?.auth_time ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('may be asked to be recent: max_age lets a recent login pass, a later one and max_age=0 ask again', async () => {
    const one = await party('one');
    const browser = new Browser(world.url);
    const first = await age(browser, one, 100);
    const kept = (await enter(browser, one, { max_age: '1000' })).claims();
    expect((first.claims()?.auth_time ?? 0) - (kept?.auth_time ?? 0)).toBe(100);
    for (const parameters of [{ max_age: '50' }, { max_age: '0' }, { prompt: 'login' }]) {
      const begun = Math.floor(Date.now() / 1000);
      const claims = (await enter(browser, one, parameters as Record<string, string>)).claims();
      expect(claims?.auth_time).toBeGreaterThanOrEqual(begun);
      // The session goes on: the same name for it, at this party and at others.
      expect(claims?.['sid']).toBe(first.claims()?.['sid']);
    }
    const silent = { max_age: '0', prompt: 'none' };
    // The library takes max_age=0 for prompt=login, which goes with no silent request.
    await expect(enter(browser, one, silent)).rejects.toMatchObject({ error: 'invalid_request' });
  });
});

describe('a step up (RFC 9470)', () => {
  test('is demanded at userinfo when the register asks for more since, keeps the session, and disturbs nobody', async () => {
    const [one, other] = [await party('one'), await party('other')];
    const browser = new Browser(world.url);
    const atOther = await enter(browser, other);
    // A weaker login, as a weaker way in would have given.
    await world.database.query(
      'UPDATE key_value SET value = replace(value, \'"acr":"substantial"\', \'"acr":"low"\') WHERE key LIKE \'%oidc:%\'',
    );
    const weak = await enter(browser, one);
    expect(weak.claims()?.['acr']).toBe('low');
    const userinfo = (tokens: { access_token: string }) =>
      oauth
        .fetchProtectedResource(
          one.config,
          tokens.access_token,
          new URL(`${world.url}/userinfo`),
          'GET',
          null,
          new Headers(),
          { DPoP: one.DPoP },
        )
        .then(
          (response) => response.status,
          (error: oauth.WWWAuthenticateChallengeError) => error,
        );
    expect(await userinfo(weak)).toBe(200);

    const { participant } = one;
    await world.register.admit({
      ...participant,
      relyingParty: {
        ...(participant.relyingParty as NonNullable<typeof participant.relyingParty>),
        minimumAcr: 'substantial',
      },
    });
    const challenge = (await userinfo(weak)) as oauth.WWWAuthenticateChallengeError;
    expect(challenge.status).toBe(401);
    expect(challenge.cause).toMatchObject([
      {
        scheme: 'dpop',
        parameters: { error: 'insufficient_user_authentication', acr_values: 'substantial high' },
      },
    ]);

    const stepped = await enter(browser, one, { acr_values: 'substantial high' });
    expect(stepped.claims()).toMatchObject({ acr: 'substantial', sid: weak.claims()?.['sid'] });
    expect(await userinfo(stepped)).toBe(200);
    const sub = atOther.claims()?.sub ?? '';
    expect(
      (await oauth.fetchUserInfo(other.config, atOther.access_token, sub, { DPoP: other.DPoP }))['name'],
    ).toBe('林怡君');
  });

  test('is what a resource server answers with, by the claims of a token', () => {
    const now = new Date(1_000_000);
    const good = { acr: 'substantial', auth_time: 900 };
    expect(stepUpChallenge(good, { acr: 'substantial', maxAgeSeconds: 100 }, now)).toBeUndefined();
    expect(stepUpChallenge(good, { acr: 'high' }, now)).toBe(
      'error="insufficient_user_authentication", error_description="a stronger authentication is required", acr_values="high"',
    );
    expect(stepUpChallenge(good, { maxAgeSeconds: 99 }, now)).toContain('max_age="99"');
    for (const claims of [{}, { acr: 'gold', auth_time: '900' }])
      expect(stepUpChallenge(claims, { acr: 'low', maxAgeSeconds: 5_000 }, now)).toContain('insufficient');
  });
});
