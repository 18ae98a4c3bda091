import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, cardLogin, clientOf, enrolled, enrolPageData } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

async function signIn(authenticator: SoftAuthenticator, browser = new Browser(world.url)) {
  const begun = await begin(world, browser);
  return { browser, begun, answer: await browser.usePasskey(begun.page, authenticator) };
}

describe('a passkey enrolled after a card login', () => {
  test('is enough the next time: same person, same subject, never a higher level', async () => {
    const { authenticator, result } = await enrolled(world, lin, NATIONAL_ID.lin);
    const { begun, answer } = await signIn(authenticator);
    expect(answer.json.next).toMatch(/\/continue$/);
    const { claims } = await begun.complete(answer.json.next);
    expect(claims).toMatchObject({
      sub: result.claims.sub,
      name: '林怡君',
      acr: 'substantial',
      amr: ['pop', 'user', 'mfa'],
    });
  });

  test('works where the authenticator does not count', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    authenticator.counting = false;
    expect((await signIn(authenticator)).answer.status).toBe(200);
    expect((await signIn(authenticator)).answer.status).toBe(200);
  });

  test('is refused when its counter does not grow: somebody may have copied it', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    expect((await signIn(authenticator)).answer.status).toBe(200);
    authenticator.counting = false;
    expect((await signIn(authenticator)).answer.json.code).toBe('passkey-not-accepted');
  });

  test('is refused from another origin, another relying party, or without user verification', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    for (const lie of [
      { origin: 'http://localhost:1' },
      { rpId: 'phish.example' },
      { userVerified: false },
    ]) {
      const liar = Object.assign(new SoftAuthenticator(), { credentials: authenticator.credentials }, lie);
      expect((await signIn(liar)).answer.json.code, JSON.stringify(lie)).toBe('passkey-not-accepted');
    }
  });

  test('unknown and removed ones get one and the same answer', async () => {
    const { browser, authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    const stranger = new SoftAuthenticator();
    stranger.create({ challenge: 'x', user: { id: 'x' }, rp: { id: 'localhost' } }, world.url);
    const unknown = await signIn(stranger);
    const { page } = await browser.follow('/account/passkeys');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    const ids = [...(page ?? '').matchAll(/\/account\/passkeys\/([\w-]+)\/remove/g)].map((match) => match[1]);
    for (const id of ids)
      expect((await browser.form(`/account/passkeys/${id}/remove`, { _csrf: csrf })).status).toBe(303);
    const removed = await signIn(authenticator);
    expect(removed.answer.status).toBe(unknown.answer.status);
    expect(removed.answer.json.code).toBe(unknown.answer.json.code);
  });

  test('a replayed answer, and one given to another browser, are refused', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const { json } = await browser.post(`${page.place}/passkey/options`, page.csrfToken);
    const body = { answer: authenticator.get(json, world.url) };
    const thief = new Browser(world.url);
    const { page: thiefPage } = await begin(world, thief);
    expect((await thief.post(`${thiefPage.place}/passkey/answer`, thiefPage.csrfToken, body)).json.code).toBe(
      'challenge-unknown',
    );
    expect((await browser.post(`${page.place}/passkey/answer`, page.csrfToken, body)).json.code).toBe(
      'challenge-unknown',
    );
  });
});

describe('enrolment', () => {
  test('needs a card login: a passkey alone cannot add another', async () => {
    const { authenticator } = await enrolled(world, lin, NATIONAL_ID.lin);
    const { browser, begun, answer } = await signIn(authenticator);
    const { page } = await browser.follow('/account');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    expect(answer.status).toBe(200);
    expect((await browser.post(`${begun.page.place}/passkeys/options`, csrf)).json.code).toBe(
      'second-factor-needed',
    );
  });

  test('is refused without user verification or from another origin', async () => {
    for (const lie of [{ userVerified: false }, { origin: 'http://localhost:1' }]) {
      const { browser, page, answer } = await cardLogin(world, await fresh(), NATIONAL_ID.chen);
      const data = await enrolPageData(browser, answer);
      const { json } = await browser.post(`${page.place}/passkeys/options`, data.csrfToken);
      const liar = Object.assign(new SoftAuthenticator(), lie);
      const body = { name: 'x', answer: liar.create(json, world.url) };
      expect((await browser.post(`${page.place}/passkeys`, data.csrfToken, body)).json.code).toBe(
        'passkey-answer-wrong',
      );
    }
  });
});

const fresh = () => world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });

describe('when the card is revoked', () => {
  test('its passkeys are suspended and its sessions end, tokens with them', async () => {
    const card = await fresh();
    const { browser, authenticator, result } = await enrolled(world, card, NATIONAL_ID.chen);
    const other = await enrolled(world, lin, NATIONAL_ID.lin);
    expect((await browser.follow('/account')).page).toContain('陳志明');
    const userinfo = async () => {
      const address = new URL(`${world.url}/userinfo`);
      const init = { method: 'GET', headers: new Headers() };
      return (
        await clientOf(world, 'school').protectedFetch(result.accessToken, result.dpopKey, address, init)
      ).status;
    };
    expect(await userinfo()).toBe(200);
    await world.revoke(card);
    expect(await world.composed.applyRevocations()).toBe(1);
    expect(await world.composed.applyRevocations()).toBe(0);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect((await signIn(authenticator)).answer).toMatchObject({
      status: 403,
      json: { code: 'passkey-suspended' },
    });
    expect(await userinfo()).toBe(401);
    await begin(world, browser);
    // Nobody else is touched.
    expect((await other.browser.follow('/account')).page).toContain('林怡君');
    expect((await signIn(other.authenticator)).answer.status).toBe(200);
  });
});

describe('her own page', () => {
  test('is where all of them end, in this browser and the other', async () => {
    const first = await enrolled(world, lin, NATIONAL_ID.lin);
    const second = await signIn(first.authenticator);
    await second.begun.complete(second.answer.json.next);
    const { page } = await second.browser.follow('/account');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    expect((await second.browser.form('/account/sessions/end', { _csrf: csrf })).status).toBe(303);
    expect((await second.browser.follow('/account')).url).toContain('/sign-in');
    expect((await first.browser.follow('/account')).url).toContain('/sign-in');
    await begin(world, first.browser);
  });

  test('is reached by its own sign-in, and nobody ends a stranger’s session', async () => {
    const victim = await enrolled(world, lin, NATIONAL_ID.lin);
    const rows = await world.database.query<{ id: string }>('SELECT id FROM login WHERE ended_at IS NULL');
    const browser = new Browser(world.url);
    const { page } = await browser.follow('/account');
    const { pageData } = await import('./helpers/browser.ts');
    const { json } = await browser.useCard(
      pageData(page, 'sign-in-data'),
      await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' }),
      NATIONAL_ID.namesake,
    );
    expect(json.next).toBe('/sign-in/enrol');
    const account = await browser.follow('/account');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(account.page ?? '')?.[1] ?? '';
    for (const { id } of rows) await browser.form(`/account/sessions/${id}/end`, { _csrf: csrf });
    expect((await victim.browser.follow('/account')).page).toContain('林怡君');
  });
});

test('the audit cannot be changed', async () => {
  await expect(world.database.query("UPDATE audit_event SET kind = 'x'")).rejects.toThrow('append-only');
  await expect(world.database.query('DELETE FROM audit_event')).rejects.toThrow('append-only');
  const text = JSON.stringify(await world.database.query('SELECT * FROM audit_event'));
  for (const secret of [...Object.values(NATIONAL_ID), '林怡君']) expect(text).not.toContain(secret);
});

test('the database holds no national ID or name in clear', async () => {
  const rows = await world.database.query('SELECT p::text FROM person p');
  const text = JSON.stringify(rows);
  for (const secret of [...Object.values(NATIONAL_ID), '林怡君']) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
  }
});
