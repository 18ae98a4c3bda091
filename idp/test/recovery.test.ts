import { frozenClock } from '@xinlu/common/clock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuthenticatorMetadata } from '../src/domain/passkey/metadata.ts';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser, pageData } from './helpers/browser.ts';
import { type Card, makeCrl } from './helpers/cards.ts';
import {
  begin,
  clerkCard,
  confirmSelf,
  csrfOf,
  type Desk,
  enrol,
  forgetWaysIn,
  openDesk,
  passkeyLogin,
  redeem,
  startCounterWorld,
} from './helpers/counter.ts';
import { cardLogin, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, type World } from './helpers/world.ts';

const clock = frozenClock(new Date());
const hours = (count: number) => clock.advance(count * 3_600_000);
let world: World;
let desk: Desk;
let card: Card;

beforeAll(async () => {
  // Every authenticator is of a certified model here.
  const metadata: AuthenticatorMetadata = {
    state: () => 'fresh',
    statuses: () => ['FIDO_CERTIFIED_L2'],
    vouches: () => true,
  };
  world = await startCounterWorld({ clock, metadata: () => metadata });
  card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());
afterEach(async () => {
  await forgetWaysIn(world);
  await world.database.query('DELETE FROM notice');
});

/** She lost all: the counter gives her a new passkey. */
async function recoverAtCounter(papers = { national_id: NATIONAL_ID.lin, name: '林怡君' }) {
  desk = await openDesk(world, await clerkCard(world));
  const { code } = await begin(desk, papers);
  const { browser } = await redeem(world, code, papers.national_id);
  const { authenticator, status } = await enrol(world, browser);
  expect(status).toBe(200);
  return authenticator;
}

async function object(authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await browser.follow('/recovery');
  const data = pageData(page, 'recovery-data');
  const { json } = await browser.post('/recovery/object/options', data.csrfToken);
  const answer = authenticator.get(json, world.url);
  const { status, json: result } = await browser.post('/recovery/object', data.csrfToken, { answer });
  return status === 200 ? result.next : result.code;
}

const states = async () =>
  (
    await world.database.query<{ state: string }>(
      "SELECT state FROM passkey WHERE state <> 'removed' ORDER BY created_at, id",
    )
  ).map(({ state }) => state);
const notices = async () =>
  (await world.database.query<{ kind: string }>('SELECT kind FROM notice ORDER BY at, id')).map(
    ({ kind }) => kind,
  );

describe('a recovery at the counter', () => {
  test('gives a passkey, suspends the others, ends what they opened, and is told at once', async () => {
    const old = await enrolled(world, card, NATIONAL_ID.lin);
    const session = await passkeyLogin(world, old.authenticator);
    const before = (await session.browser.follow('/account')).page;
    expect(before).toContain('林怡君');
    expect(before).not.toContain('href="/recovery"');
    const found = await recoverAtCounter();
    expect(await states()).toEqual(['suspended', 'active']);
    expect((await passkeyLogin(world, old.authenticator)).code).toBe('passkey-suspended');
    expect((await session.browser.follow('/account')).url).toContain('/sign-in');
    const recovered = await passkeyLogin(world, found);
    expect(recovered.status).toBe(200);
    for (const path of ['/account', '/account/mandates'])
      expect((await recovered.browser.follow(path)).page, path).toContain('href="/recovery"');
    expect(await notices()).toEqual(
      expect.arrayContaining(['counter.begun', 'passkey.enrolled', 'recovery.begun']),
    );
  });

  test('is none for who never signed in before', async () => {
    await recoverAtCounter({ national_id: NATIONAL_ID.namesake, name: '林怡君' });
    expect(await notices()).not.toContain('recovery.begun');
  });

  test('cannot change what signs in as her until it has cooled off, unless by card', async () => {
    await enrolled(world, card, NATIONAL_ID.lin);
    const found = await recoverAtCounter();
    const { browser } = await passkeyLogin(world, found);
    const attempt = async () => {
      const { page } = await browser.follow('/account/passkeys');
      const [first] = [...(page ?? '').matchAll(/\/account\/passkeys\/([\w-]+)\/remove/g)].map(
        (match) => match[1],
      );
      const response = await browser.form(`/account/passkeys/${first}/remove`, { _csrf: csrfOf(page) });
      return response.status;
    };
    expect(await attempt()).toBe(403);
    expect((await browser.follow('/sign-in/enrol')).status).toBe(403);
    const day = clock.now().toISOString().slice(0, 10);
    const offer = await browser.request('/account/mandates/offer', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', origin: world.url },
      body: JSON.stringify({
        _csrf: csrfOf((await browser.follow('/account')).page),
        named: 'x',
        from: day,
        until: day,
      }),
    });
    expect(await offer.json()).toMatchObject({ code: 'cooling-off' });
    expect(await states()).toEqual(['suspended', 'active']);
    hours(71.9);
    const later = await passkeyLogin(world, found);
    expect((await later.browser.follow('/sign-in/enrol')).status).toBe(403);
    hours(0.2);
    const free = await passkeyLogin(world, found);
    const { page } = await free.browser.follow('/account/passkeys');
    const ids = [...(page ?? '').matchAll(/\/account\/passkeys\/([\w-]+)\/remove/g)].map((match) => match[1]);
    expect(
      (await free.browser.form(`/account/passkeys/${ids[0]}/remove`, { _csrf: csrfOf(page) })).status,
    ).toBe(303);
    expect(await states()).toEqual(['active']);
  });

  test('is worth no more than substantial until then, even where two clerks and a certified key gave more', async () => {
    await enrolled(world, card, NATIONAL_ID.lin);
    desk = await openDesk(world, await clerkCard(world));
    await confirmSelf(world, desk, { nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const { code } = await begin(desk, { national_id: NATIONAL_ID.lin, name: '林怡君', acr: 'high' });
    const row = await world.database.one<{ id: string }>(
      "SELECT id FROM counter_enrolment WHERE state = 'awaiting' ORDER BY made_at DESC, id DESC LIMIT 1",
    );
    const second = await openDesk(world, await clerkCard(world));
    await confirmSelf(world, second, { nationalId: NATIONAL_ID.namesake, name: '王淑芬' });
    await second.browser.form(`/counter/enrolments/${row?.id}/confirm`, { _csrf: second.csrf });
    const { browser } = await redeem(world, code, NATIONAL_ID.lin);
    const { authenticator } = await enrol(world, browser);
    const acrOfLast = async () => {
      await passkeyLogin(world, authenticator);
      const login = await world.database.one<{ acr: string }>(
        'SELECT acr FROM login ORDER BY started_at DESC, id DESC LIMIT 1',
      );
      return login?.acr;
    };
    expect(await acrOfLast()).toBe('substantial');
    hours(72.1);
    expect(await acrOfLast()).toBe('high');
  });
});

describe('whoever holds a passkey that a recovery suspended', () => {
  test('cancels it: the new one is gone with its sessions, the old one works again', async () => {
    const old = await enrolled(world, card, NATIONAL_ID.lin);
    const found = await recoverAtCounter();
    const thief = await passkeyLogin(world, found);
    expect(await object(old.authenticator)).toBe('/recovery/cancelled');
    expect((await passkeyLogin(world, found)).code).toBe('passkey-not-accepted');
    expect((await thief.browser.follow('/account')).url).toContain('/sign-in');
    expect((await passkeyLogin(world, old.authenticator)).status).toBe(200);
    expect(await notices()).toContain('recovery.cancelled');
    expect(await object(old.authenticator)).toBe('recovery-over');
  });

  test('cancels all that cool off, so that a second one does not shield the first', async () => {
    const old = await enrolled(world, card, NATIONAL_ID.lin);
    const one = await recoverAtCounter();
    const two = await recoverAtCounter();
    expect(await object(old.authenticator)).toBe('/recovery/cancelled');
    for (const thief of [one, two])
      expect((await passkeyLogin(world, thief)).code).toBe('passkey-not-accepted');
    expect(await states()).toEqual(['active']);
  });

  test('is too late once it has cooled off', async () => {
    const old = await enrolled(world, card, NATIONAL_ID.lin);
    const found = await recoverAtCounter();
    hours(72.1);
    expect(await object(old.authenticator)).toBe('recovery-over');
    expect((await passkeyLogin(world, found)).status).toBe(200);
  });

  test('gets back no passkey whose card was revoked meanwhile, nor does a held card bring one back', async () => {
    const lost = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const old = await enrolled(world, lost, NATIONAL_ID.lin);
    await recoverAtCounter();
    const publish = async (revoked: string[], hold: boolean) => {
      const nextUpdate = new Date(clock.now().getTime() + 30 * 86_400_000);
      world.crls.set('ec', await makeCrl(world.authorities.ec, revoked, { hold, nextUpdate }));
      await world.lists.refresh();
      await world.composed.applyRevocations();
    };
    await publish([lost.serial], true);
    await publish([], false);
    expect((await passkeyLogin(world, old.authenticator)).code).toBe('passkey-suspended');
    await publish([lost.serial], false);
    expect(await object(old.authenticator)).toBe('/recovery/cancelled');
    expect((await passkeyLogin(world, old.authenticator)).code).toBe('passkey-suspended');
  });

  test('opens nothing else with it, and a stranger’s passkey cancels nothing', async () => {
    await enrolled(world, card, NATIONAL_ID.lin);
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const his = await enrolled(world, chen, NATIONAL_ID.chen);
    const found = await recoverAtCounter();
    expect(await object(his.authenticator)).toBe('recovery-over');
    expect(await object(found)).toBe('recovery-over');
    expect(await states()).toContain('suspended');
  });
});

test('a card login cancels a recovery, the passkey from it does not', async () => {
  const old = await enrolled(world, card, NATIONAL_ID.lin);
  const found = await recoverAtCounter();
  const thief = await passkeyLogin(world, found);
  const cancel = async (browser: Browser) => {
    const { page } = await browser.follow('/recovery');
    const { csrfToken } = pageData(page, 'recovery-data');
    return { page, status: (await browser.form('/recovery/cancel', { _csrf: csrfToken })).status };
  };
  const own = await cancel(thief.browser);
  expect(own.page).toContain('您是用復原得到的通行金鑰登入的');
  expect(own.status).toBe(409);
  const { browser } = await cardLogin(world, card, NATIONAL_ID.lin);
  expect((await cancel(browser)).status).toBe(303);
  expect((await passkeyLogin(world, old.authenticator)).status).toBe(200);
});

test('by one passkey alone another is added, at the price of a cooling-off', async () => {
  const lost = await enrolled(world, card, NATIONAL_ID.lin);
  const kept = await enrolled(world, card, NATIONAL_ID.lin);
  const { browser } = await passkeyLogin(world, kept.authenticator);
  const { page } = await browser.follow('/sign-in/enrol');
  expect(page).toContain('72 小時');
  const { csrfToken } = pageData(page, 'second-factor-data');
  expect((await browser.form('/sign-in/passkeys/others-lost', { _csrf: csrfToken })).status).toBe(303);
  const made = new SoftAuthenticator();
  const { json } = await browser.post('/sign-in/passkeys/options', csrfToken);
  const body = { name: '新手機', answer: made.create(json, world.url) };
  expect((await browser.post('/sign-in/passkeys', csrfToken, body)).status).toBe(200);
  expect(await states()).toEqual(['suspended', 'active', 'active']);
  expect((await passkeyLogin(world, made)).status).toBe(200);
  expect((await passkeyLogin(world, kept.authenticator)).status).toBe(200);
  // One recovery does not lead to the next.
  expect((await browser.post('/sign-in/passkeys/options', csrfToken)).json.code).toBe('cooling-off');
  expect(await object(lost.authenticator)).toBe('/recovery/cancelled');
  expect(await states()).toEqual(['active', 'active']);
});
