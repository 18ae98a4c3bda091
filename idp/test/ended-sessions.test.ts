import { randomUUID } from 'node:crypto';
import { signedFetch } from '@xinlu/common/http-signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, pageData } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, cardLogin, clientOf, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

type Tokens = Awaited<ReturnType<Awaited<ReturnType<typeof begin>>['complete']>>;

async function userinfo(tokens: Tokens, id: 'school' | 'broker' = 'school') {
  const address = new URL(`${world.url}/userinfo`);
  const init = { method: 'GET', headers: new Headers() };
  return (await clientOf(world, id).protectedFetch(tokens.accessToken, tokens.dpopKey, address, init)).status;
}

async function atBroker(browser: Browser): Promise<Tokens> {
  const client = clientOf(world, 'broker');
  const start = await client.begin();
  return client.complete(new URL((await browser.follow(start.url)).url), start.pending);
}

const makeGrant = (tokens: Tokens) =>
  signedFetch({ keys: world.keys.broker })(`${world.url}/envelope-grants`, {
    json: {
      access_token: tokens.accessToken,
      consent_id: randomUUID(),
      consent_hash: 'h'.repeat(43),
      providers: ['household'],
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    },
  });

const csrfOf = (page: string | undefined) => /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';

/** The key of oidc-provider's session behind the newest login. */
async function providerSessionKey(): Promise<string> {
  const row = await world.database.one<{ provider_session: string }>(
    'SELECT provider_session FROM login WHERE provider_session IS NOT NULL ORDER BY started_at DESC LIMIT 1',
  );
  const session = JSON.parse((await world.kv.get(`oidc:session-of:${row?.provider_session}`)) ?? '{}') as {
    jti?: string;
  };
  return `oidc:Session:${session.jti}`;
}

async function logOutAtSchool(browser: Browser, tokens: Tokens): Promise<void> {
  const { page } = await browser.follow(
    await clientOf(world, 'school').logoutUrl(tokens.idToken, 'https://school.example/'),
  );
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
  await browser.form('/session/end/confirm', { xsrf, logout: 'yes' });
}

describe('when a login has ended and its provider session could not be ended yet', () => {
  test('its tokens are good for nothing', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const atSchool = await complete(answer.json.next);
    const broker = await atBroker(browser);
    expect(await userinfo(atSchool)).toBe(200);
    expect((await makeGrant(broker)).status).toBe(201);
    // As after a crash between the end of the login and that of the provider's session.
    await world.database.query("UPDATE login SET ended_at = now(), end_reason = 'ended-by-person'");
    expect(await userinfo(atSchool)).toBe(401);
    expect(await userinfo(broker, 'broker')).toBe(401);
    expect(await makeGrant(broker)).toMatchObject({ status: 403, json: { code: 'access-token-invalid' } });
  });

  test('the ending stays due until it succeeds', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    await complete(answer.json.next);
    const session = await providerSessionKey();
    const csrf = csrfOf((await browser.follow('/account')).page);
    const { set } = world.kv;
    world.kv.set = async (key, ...rest) => {
      if (key.startsWith('oidc:revoked:')) throw new Error('the store is away');
      return set(key, ...rest);
    };
    try {
      expect((await browser.form('/account/sessions/end', { _csrf: csrf })).status).toBe(303);
      expect(await world.composed.endDueSessions()).toBe(0);
    } finally {
      world.kv.set = set;
    }
    expect(await world.kv.get(session)).toBeDefined();
    expect(await world.composed.endDueSessions()).toBe(1);
    expect(await world.kv.get(session)).toBeUndefined();
    expect(await world.composed.endDueSessions()).toBe(0);
  });
});

describe('a sign-in at her own page in place of a former one', () => {
  async function again(browser: Browser, card: Card, nationalId: string) {
    const { page } = await browser.follow('/sign-in?again=1');
    const { status } = await browser.useCard(pageData(page, 'sign-in-data'), card, nationalId);
    expect(status).toBe(200);
  }

  test('of the same person keeps her session at the parties, and ends with it', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const tokens = await complete(answer.json.next);
    await again(browser, lin, NATIONAL_ID.lin);
    expect(await userinfo(tokens)).toBe(200);
    await logOutAtSchool(browser, tokens);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect(await userinfo(tokens)).toBe(401);
  });

  test('of another person ends the session of the first', async () => {
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const tokens = await complete(answer.json.next);
    const session = await providerSessionKey();
    await again(browser, chen, NATIONAL_ID.chen);
    expect((await browser.follow('/account')).page).toContain('陳志明');
    expect(await userinfo(tokens)).toBe(401);
    expect(await world.kv.get(session)).toBeUndefined();
  });

  test('by another card of hers ends it too: it must not outlive the card it was opened with', async () => {
    const second = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const tokens = await complete(answer.json.next);
    await again(browser, second, NATIONAL_ID.lin);
    expect(await userinfo(tokens)).toBe(401);
  });
});

test('a second sign-in for a party keeps what the first gave to the others', async () => {
  const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
  const tokens = await complete(answer.json.next);
  const more = await begin(world, browser, 'broker', { prompt: 'login' });
  const { json } = await browser.useCard(more.page, lin, NATIONAL_ID.lin);
  expect(await userinfo(tokens)).toBe(200);
  await browser.follow(json.next.replace(/\/enrol$/, '/continue'));
  expect(await userinfo(tokens)).toBe(200);
});

describe('when the civil registry says that the holder has died', () => {
  test('her passkeys, sessions, tokens and envelopes end with the card', async () => {
    const nationalId = NATIONAL_ID.namesake;
    const card = await world.issue({ nationalId, name: '林怡君' });
    const { browser, authenticator, result } = await enrolled(world, card, nationalId);
    const broker = await atBroker(browser);
    const grant = (await makeGrant(broker)).json as { grant_id: string };
    const session = await providerSessionKey();
    world.given.set(card.serial, { nationalId, state: 'deceased' });
    const other = new Browser(world.url);
    const refused = await other.useCard((await begin(world, other)).page, card, nationalId);
    expect(refused).toMatchObject({ status: 403, json: { code: 'person-deceased' } });

    expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect(await userinfo(result)).toBe(401);
    expect(await makeGrant(broker)).toMatchObject({ status: 403 });
    expect(await world.kv.get(session)).toBeUndefined();
    const envelope = await signedFetch({ keys: world.keys.broker })(`${world.url}/envelopes`, {
      json: { grant_id: grant.grant_id, provider: 'household', order_hash: 'o'.repeat(43) },
    });
    expect(envelope).toMatchObject({ status: 410, json: { code: 'person-gone' } });
    const later = new Browser(world.url);
    expect((await later.usePasskey((await begin(world, later)).page, authenticator)).json.code).toBe(
      'passkey-suspended',
    );
    const events = await world.database.query<{ kind: string }>(
      `SELECT kind FROM audit_event WHERE person_id =
         (SELECT person_id FROM audit_event WHERE kind = 'person.deceased')`,
    );
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['person.deceased', 'passkey.suspended', 'login.ended']),
    );
  });
});
