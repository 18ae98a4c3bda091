import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, cardLogin, clientOf, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, rp, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

describe('a card login', () => {
  test('brings a FAPI 2.0 party name, pairwise subject, acr, amr and auth_time', async () => {
    const { complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    expect(answer.json.next).toMatch(/^\/interaction\/[\w-]+\/enrol$/);
    const { claims } = await complete(answer.json.next);
    expect(claims).toMatchObject({ name: '林怡君', acr: 'substantial', amr: ['sc', 'pin', 'mfa'] });
    expect(claims.sub).toMatch(/^[\w-]{43}$/);
    expect(Math.abs((claims.auth_time ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('with RSA, and with spaces and small letters in the number, is the same person', async () => {
    const second = await world.issue({
      nationalId: NATIONAL_ID.lin,
      name: '林怡君',
      kind: 'rsa',
      authority: world.authorities.rsa,
    });
    const first = await cardLogin(world, lin, NATIONAL_ID.lin);
    const other = await cardLogin(world, second, ` ${NATIONAL_ID.lin.toLowerCase().replace('87', '8 7')}`);
    const [one, two] = [
      await first.complete(first.answer.json.next),
      await other.complete(other.answer.json.next),
    ];
    expect(two.claims.sub).toBe(one.claims.sub);
  });

  test('gives another organisation another subject, in the same browser without a second login', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const { claims } = await complete(answer.json.next);
    const client = clientOf(world, 'broker');
    const start = await client.begin();
    const back = await browser.follow(start.url);
    const second = await client.complete(new URL(back.url), start.pending);
    expect(second.claims.sub).not.toBe(claims.sub);
  });

  test('works for a party with the basic profile', async () => {
    const browser = new Browser(world.url);
    const { page, complete } = await begin(world, browser, 'bank');
    const { json } = await browser.useCard(page, lin, NATIONAL_ID.lin);
    expect((await complete(json.next)).claims['name']).toBe('林怡君');
  });

  test('tells no name when the party did not ask for the profile', async () => {
    const client = clientOf(world, 'school', 'openid');
    const { browser } = await enrolled(world, lin, NATIONAL_ID.lin);
    const start = await client.begin();
    const back = await browser.follow(start.url);
    expect((await client.complete(new URL(back.url), start.pending)).claims['name']).toBeUndefined();
  });

  test('parallel first logins of one person make one person', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const logins = await Promise.all(
      Array.from({ length: 8 }, () => cardLogin(world, card, NATIONAL_ID.chen)),
    );
    const results = await Promise.all(logins.map(({ complete, answer }) => complete(answer.json.next)));
    expect(new Set(results.map(({ claims }) => claims.sub)).size).toBe(1);
  });
});

describe('the session', () => {
  test('prompt=none needs a session, and with one needs no page', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    await complete(answer.json.next);
    const client = clientOf(world, 'school');
    const silent = await client.begin({ parameters: { prompt: 'none' } });
    expect((await browser.follow(silent.url)).url).toContain('code=');
    const stranger = await client.begin({ parameters: { prompt: 'none' } });
    expect((await new Browser(world.url).follow(stranger.url)).url).toContain('error=login_required');
  });

  test('prompt=login asks again although she is signed in', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    await complete(answer.json.next);
    const again = await begin(world, browser, 'school', { prompt: 'login' });
    const { json } = await browser.useCard(again.page, lin, NATIONAL_ID.lin);
    const { claims } = await again.complete(json.next);
    expect(claims['acr']).toBe('substantial');
  });

  test('another person in the same browser gets her own session', async () => {
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const first = await complete(answer.json.next);
    const again = await begin(world, browser, 'school', { prompt: 'login' });
    const { json } = await browser.useCard(again.page, chen, NATIONAL_ID.chen);
    const { page, url } = await browser.follow(json.next.replace('/enrol', '/continue'));
    // oidc-provider ends the former session by a form that submits itself.
    const action = /action="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    expect(url).toContain('/authorize/');
    const ended = await browser.form(action, { xsrf, logout: 'yes' });
    const back = await browser.follow(ended.headers.get('location') ?? '');
    const client = clientOf(world, 'school');
    const { claims } = await client.complete(new URL(back.url), again.start.pending);
    expect(claims['name']).toBe('陳志明');
    expect(claims.sub).not.toBe(first.claims.sub);
  });

  test('signing out at the wish of a party ends it here', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const { idToken } = await complete(answer.json.next);
    const client = clientOf(world, 'school');
    const { page, headers } = await browser.follow(
      await client.logoutUrl(idToken, 'https://school.example/'),
    );
    expect(page).toContain('登出');
    expect(headers?.get('content-security-policy')).toContain("form-action 'self' https://school.example");
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    const response = await browser.form('/session/end/confirm', { xsrf, logout: 'yes' });
    expect(response.headers.get('location')).toBe('https://school.example/');
    expect((await browser.follow('/account')).url).toContain('/sign-in');
  });

  test('cancelling tells the party access_denied', async () => {
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const response = await browser.form(`${page.place}/cancel`, { _csrf: page.csrfToken });
    expect((await browser.follow(response.headers.get('location') ?? '')).url).toContain(
      'error=access_denied',
    );
  });
});

describe('assurance', () => {
  test('a level that no way in reaches is refused to the party', async () => {
    const client = clientOf(world, 'school');
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'high' } } });
    const { participants } = world.register;
    await world.register.change(
      participants.map(({ certificateAuthority: authority, ...one }) =>
        authority === undefined
          ? one
          : { ...one, certificateAuthority: { ...authority, maximumAcr: 'substantial' } },
      ),
    );
    for (const parameters of [{ acr_values: 'high' }, { claims }]) {
      const start = await client.begin({ parameters });
      expect((await new Browser(world.url).follow(start.url)).url).toContain(
        'error=unmet_authentication_requirements',
      );
    }
    await world.register.change(participants);
    const reachable = await client.begin({ parameters: { acr_values: 'high' } });
    expect((await new Browser(world.url).follow(reachable.url)).url).toContain('/interaction/');
  });

  test('any of the listed levels will do', async () => {
    const begun = await begin(world, new Browser(world.url), 'school', { acr_values: 'high substantial' });
    expect(begun.page.place).toMatch(/^\/interaction\//);
  });
});

describe('the register', () => {
  test('a party that is admitted can log citizens in, one that is removed cannot', async () => {
    const { participants } = world.register;
    await world.register.change(participants.filter(({ id }) => id !== 'school'));
    await expect(clientOf(world, 'school').begin()).rejects.toMatchObject({ code: 'login-refused' });
    await world.register.change([
      ...participants.filter(({ id }) => id !== 'school'),
      rp('school', world.keys.school),
    ]);
    await expect(clientOf(world, 'school').begin()).resolves.toBeDefined();
    await world.register.change(participants);
  });

  test('subject_at is for brokers, and names a party', async () => {
    const ask = (value: string) => ({ claims: JSON.stringify({ id_token: { subject_at: { value } } }) });
    await expect(clientOf(world, 'school').begin({ parameters: ask('bank') })).rejects.toMatchObject({
      code: 'login-refused',
    });
    await expect(clientOf(world, 'broker').begin({ parameters: ask('nobody') })).rejects.toMatchObject({
      code: 'login-refused',
    });
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const { claims: atSchool } = await complete(answer.json.next);
    const client = clientOf(world, 'broker');
    const start = await client.begin({ parameters: ask('school') });
    const back = await browser.follow(start.url);
    const { claims } = await client.complete(new URL(back.url), start.pending);
    expect(claims['subject_at']).toEqual({ client_id: 'school', sub: atSchool.sub });
  });
});

test('no log line holds a national ID, a name, a token or a signature', async () => {
  await new Browser(world.url).follow('/authorize?client_id=nobody&login_hint=A298713406');
  const all = world.logLines.join('');
  expect(all).toContain('oidc-refused');
  for (const secret of [...Object.values(NATIONAL_ID), '林怡君', '陳志明', 'eyJ'])
    expect(all).not.toContain(secret);
});
