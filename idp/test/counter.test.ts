import { frozenClock } from '@xinlu/common/clock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  OFFICE_OID,
  openDesk,
  passkeyLogin,
  redeem,
  registerOffice,
  startCounterWorld,
} from './helpers/counter.ts';
import { enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, participant, type World } from './helpers/world.ts';

const clock = frozenClock(new Date());
const minutes = (count: number) => clock.advance(count * 60_000);
const lin = { national_id: NATIONAL_ID.lin, name: '林怡君' };
let world: World;
let card: Card;
let desk: Desk;

beforeAll(async () => {
  world = await startCounterWorld({ clock });
  card = await clerkCard(world);
  desk = await openDesk(world, card);
});
afterAll(() => world?.close());
afterEach(async () => {
  await forgetWaysIn(world);
  await registerOffice(world);
  if ((await desk.browser.request('/counter')).status !== 200) desk = await openDesk(world, card);
});

const CHEN = { nationalId: NATIONAL_ID.chen, name: '陳志明' };
const WANG = { nationalId: NATIONAL_ID.namesake, name: '王淑芬' };
/** Another clerk at a desk of her own, who has confirmed who she is. */
const second = async (who = WANG) => {
  const other = await openDesk(world, await clerkCard(world));
  expect(await confirmSelf(world, other, who)).toBe(200);
  return other;
};
const events = async (kind: string) =>
  world.database.query<{ detail: Record<string, string> }>(
    'SELECT detail FROM audit_event WHERE kind = $1 ORDER BY at',
    [kind],
  );
const lastEnrolment = async () =>
  (
    await world.database.one<{ id: string }>(
      'SELECT id FROM counter_enrolment ORDER BY made_at DESC, id DESC LIMIT 1',
    )
  )?.id ?? '';

describe('a person without a card', () => {
  test('is enrolled by a clerk, redeems the code and signs in with her passkey alone', async () => {
    const { code, status } = await begin(desk, lin);
    expect(status).toBe(200);
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/);
    const {
      browser,
      status: redeemed,
      location,
    } = await redeem(world, code.toLowerCase().replaceAll('-', ' '), NATIONAL_ID.lin);
    expect([redeemed, location]).toEqual([303, '/counter/enrol']);
    // Nothing else opens with it.
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    const { authenticator, status: made } = await enrol(world, browser);
    expect(made).toBe(200);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    const signedIn = await passkeyLogin(world, authenticator);
    expect(signedIn.status).toBe(200);
    expect((await signedIn.browser.follow('/account')).page).toContain('林怡君');
    const [begun] = await events('counter.begun');
    const clerk = await world.database.one<{ id: string }>(
      'SELECT id FROM card_certificate WHERE serial = $1',
      [card.serial],
    );
    expect(begun?.detail).toMatchObject({
      agency: 'office',
      clerk: clerk?.id,
      documents: 'national-id-card',
    });
  });

  test('has one passkey by one code, however often and wherever it is tried', async () => {
    const { code } = await begin(desk, lin);
    const { browser } = await redeem(world, code, NATIONAL_ID.lin);
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    const { page } = await browser.follow('/counter/enrol');
    const data = pageData(page, 'enrol-data');
    const made: object[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { json } = await browser.post('/counter/passkeys/options', data.csrfToken);
      made.push(new SoftAuthenticator().create(json, world.url));
    }
    const answers = await Promise.all(
      made.map((answer) => browser.post('/counter/passkeys', data.csrfToken, { name: 'x', answer })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await world.database.query("SELECT id FROM passkey WHERE state = 'active'")).toHaveLength(1);
  });

  test('cannot use it late: not the code, and not what it opened', async () => {
    const late = await begin(desk, lin);
    minutes(10.1);
    expect((await redeem(world, late.code, NATIONAL_ID.lin)).status).toBe(422);
    const { code } = await begin(desk, lin);
    const { browser } = await redeem(world, code, NATIONAL_ID.lin);
    minutes(10.1);
    expect((await enrol(world, browser)).status).toBe(403);
  });
});

describe('a clerk', () => {
  test('is told what to mend, and nobody gets a code by papers that the registry does not confirm', async () => {
    const wrong = await begin(desk, { ...lin, name: '林一君' });
    expect(wrong.status).toBe(422);
    expect(wrong.page).toContain('戶政查不到這個身分證字號和姓名的人');
    expect(wrong.page).toContain('value="林一君"');
    expect((await begin(desk, { ...lin, national_id: 'A298713400' })).status).toBe(422);
    expect((await begin(desk, { ...lin, name: ' ' })).page).toContain('請填寫姓名');
    world.people.set(NATIONAL_ID.namesake, { name: '林怡君', state: 'deceased' });
    const dead = await begin(desk, { national_id: NATIONAL_ID.namesake, name: '林怡君' });
    expect(dead.status).toBe(403);
    world.registryAway.value = true;
    expect((await begin(desk, lin)).status).toBe(503);
    world.registryAway.value = false;
    const none = await desk.browser.form('/counter/enrolments', {
      _csrf: desk.csrf,
      ...lin,
      acr: 'substantial',
    });
    expect(none.status).toBe(422);
  });

  test('is nobody else: not a citizen, not another agency, not one without the role, not after an hour', async () => {
    const citizen = new Browser(world.url);
    const { page } = await citizen.follow('/counter');
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    await citizen.useCard(pageData(page, 'sign-in-data'), chen, NATIONAL_ID.chen);
    expect((await citizen.follow('/counter')).status).toBe(403);
    const elsewhere = await openDesk(world, await clerkCard(world, '2.16.886.101.20003.99999'));
    expect(elsewhere.status).toBe(403);
    await registerOffice(world, ['submitter']);
    expect((await desk.browser.request('/counter')).status).toBe(403);
    expect((await begin(desk, lin)).status).toBe(403);
    await registerOffice(world);
    minutes(61);
    expect((await desk.browser.request('/counter')).status).toBe(403);
    desk = await openDesk(world, card);
  });

  test('whose card is revoked in between takes her codes with it', async () => {
    const lost = await clerkCard(world);
    const hers = await openDesk(world, lost);
    const { code } = await begin(hers, lin);
    const opened = await begin(hers, lin);
    const { browser } = await redeem(world, opened.code, NATIONAL_ID.lin);
    world.crls.set(
      'agency',
      await makeCrl(world.authorities.agency, [lost.serial], {
        nextUpdate: new Date(Date.now() + 86_400_000),
      }),
    );
    await world.lists.refresh();
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    expect((await enrol(world, browser)).status).toBe(403);
    expect((await begin(hers, lin)).status).toBe(403);
    expect((await events('counter.withdrawn')).map(({ detail }) => detail['reason'])).toContain('card');
  });

  test('whose agency lost the role takes her codes with it', async () => {
    const { code } = await begin(desk, lin);
    await registerOffice(world, ['submitter']);
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
  });
});

describe('for the level high', () => {
  const high = { ...lin, acr: 'high' as const };
  beforeEach(async () => {
    expect(await confirmSelf(world, desk, CHEN)).toBe(200);
  });
  const act = (who: Desk, id: string, what: 'confirm' | 'withdraw') =>
    who.browser.form(`/counter/enrolments/${id}/${what}`, { _csrf: who.csrf });

  test('the code is worth nothing until a second clerk with another card confirms', async () => {
    const { code, page } = await begin(desk, high);
    expect(page).toContain('還要第二位承辦人覆核');
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    const id = await lastEnrolment();
    const own = await act(desk, id, 'confirm');
    expect(own.status).toBe(403);
    const sameCard = await openDesk(world, card);
    await confirmSelf(world, sameCard, WANG);
    expect((await act(sameCard, id, 'confirm')).status).toBe(403);
    const other = await second();
    const review = await other.browser.follow(`/counter/enrolments/${id}`);
    expect(review.page).toContain(NATIONAL_ID.lin);
    expect((await act(other, id, 'confirm')).status).toBe(303);
    const { browser, status } = await redeem(world, code, NATIONAL_ID.lin);
    expect(status).toBe(303);
    expect((await enrol(world, browser)).status).toBe(200);
    expect((await events('counter.confirmed'))[0]?.detail['clerk']).not.toBe(
      (await events('counter.begun')).at(-1)?.detail['clerk'],
    );
  });

  test('the database itself refuses one clerk for two, and a code that is good with one', async () => {
    await begin(desk, high);
    const id = await lastEnrolment();
    const set = (change: string) =>
      world.database.query(`UPDATE counter_enrolment SET ${change} WHERE id = $1`, [id]);
    await expect(
      set(`second_certificate = clerk_certificate, state = 'open',
      second_person = (SELECT id FROM person WHERE id <> clerk_person AND id <> person_id LIMIT 1)`),
    ).rejects.toThrow('two_clerks');
    await expect(set("state = 'open'")).rejects.toThrow('high_needs_two');
    await expect(set("state = 'redeemed'")).rejects.toThrow('high_needs_two');
  });

  test('two cards in one hand are one person: she is asked who she is, and does not count twice', async () => {
    const { code } = await begin(desk, high);
    const id = await lastEnrolment();
    const own = await openDesk(world, await clerkCard(world));
    // Not before she has said who she is, and then not because she is the same.
    expect((await act(own, id, 'confirm')).status).toBe(403);
    expect((await own.browser.follow(`/counter/enrolments/${id}`)).page).toContain('確認是我本人');
    expect(await confirmSelf(world, own, CHEN)).toBe(200);
    const shown = await own.browser.follow(`/counter/enrolments/${id}`);
    expect(shown.page).not.toContain('核對無誤');
    expect((await act(own, id, 'confirm')).status).toBe(403);
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    const set = (change: string) =>
      world.database.query(`UPDATE counter_enrolment SET ${change} WHERE id = $1`, [id]);
    const another =
      "second_certificate = (SELECT id FROM card_certificate WHERE id <> clerk_certificate LIMIT 1), state = 'open'";
    await expect(set(`${another}, second_person = clerk_person`)).rejects.toThrow('two_persons');
    await expect(set(another)).rejects.toThrow('high_needs_two_persons');
    await expect(set(`${another}, second_person = person_id`)).rejects.toThrow('clerks_of_others');
  });

  test('nobody begins or confirms her own', async () => {
    const hers = await second({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    expect((await begin(hers, high)).status).toBe(403);
    await begin(desk, high);
    expect((await act(hers, await lastEnrolment(), 'confirm')).status).toBe(403);
  });

  test('who she is holds for one login at the desk, and for an hour', async () => {
    const fresh = await openDesk(world, await clerkCard(world));
    const { status, page } = await begin(fresh, high);
    expect(status).toBe(422);
    expect(page).toContain('請先在上方「承辦人本人」');
    expect((await begin(fresh, lin)).status).toBe(200);
    // The question of one desk is not answered at another.
    const authenticator = (await enrolled(world, await world.issue(WANG), WANG.nationalId)).authenticator;
    const { json } = await desk.browser.post('/counter/self/options', desk.csrf);
    const answer = authenticator.get(json, world.url);
    expect((await fresh.browser.post('/counter/self', fresh.csrf, { answer })).status).toBe(400);
    expect((await begin(fresh, high)).status).toBe(422);
  });

  test('a second clerk can refuse, and is too late after half an hour', async () => {
    const { code } = await begin(desk, high);
    const other = await second();
    expect((await act(other, await lastEnrolment(), 'withdraw')).status).toBe(303);
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    expect((await act(other, await lastEnrolment(), 'confirm')).status).toBe(409);
    await begin(desk, high);
    minutes(30.1);
    expect((await act(other, await lastEnrolment(), 'confirm')).status).toBe(409);
  });

  test('a clerk of another agency sees and confirms nothing', async () => {
    await begin(desk, high);
    const id = await lastEnrolment();
    const oid = '2.16.886.101.20003.7';
    await world.register.change([
      ...world.register.participants.filter((one) => one.id !== 'household'),
      { ...participant('office', world.keys.household, ['counter']), oid: OFFICE_OID },
      { ...participant('other-office', world.keys.bank, ['counter']), oid },
    ]);
    const stranger = await openDesk(world, await clerkCard(world, oid));
    expect(stranger.status).toBe(200);
    expect(await confirmSelf(world, stranger, WANG)).toBe(200);
    expect((await stranger.browser.follow(`/counter/enrolments/${id}`)).status).toBe(409);
    expect((await act(stranger, id, 'confirm')).status).toBe(409);
  });
});

describe('who guesses', () => {
  test('gets one answer for every fault, and no more tries than few', async () => {
    const { code } = await begin(desk, lin);
    const guess = code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`;
    const pages: string[] = [];
    for (const [typed, person] of [
      [guess, NATIONAL_ID.lin],
      [code, NATIONAL_ID.chen],
      ['nonsense', NATIONAL_ID.lin],
      [code, 'nonsense'],
    ] as const) {
      const browser = new Browser(world.url);
      const { page } = await browser.follow('/counter/redeem');
      const response = await browser.form('/counter/redeem', {
        _csrf: csrfOf(page),
        code: typed,
        national_id: person,
      });
      expect(response.status).toBe(422);
      pages.push((await response.text()).replaceAll(/(?:nonce|value)="[^"]*"/g, ''));
    }
    expect(new Set(pages).size).toBe(1);
  });

  test('is stopped per browser and per address', async () => {
    const browser = new Browser(world.url);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1)
      statuses.push((await redeem(world, '2222-2222-2222', NATIONAL_ID.lin, browser)).status);
    expect(statuses.at(-2)).toBe(422);
    expect(statuses.at(-1)).toBe(429);
    for (let n = 0; n < 20; n += 1) await redeem(world, '2222-2222-2222', NATIONAL_ID.lin);
    expect((await redeem(world, '2222-2222-2222', NATIONAL_ID.lin)).status).toBe(429);
  });

  test('five wrong persons end a code, counted even when they come at once', async () => {
    const { code } = await begin(desk, lin);
    await Promise.all(Array.from({ length: 8 }, () => redeem(world, code, NATIONAL_ID.chen)));
    expect((await redeem(world, code, NATIONAL_ID.lin)).status).toBe(422);
    const row = await world.database.one<{ state: string; attempts: number }>(
      'SELECT state, attempts FROM counter_enrolment ORDER BY made_at DESC, id DESC LIMIT 1',
    );
    expect(row).toEqual({ state: 'withdrawn', attempts: 5 });
  });
});

test('no code, number or name stands in the database, the log or the audit', async () => {
  const { code } = await begin(desk, lin);
  await redeem(world, code, NATIONAL_ID.lin);
  const rows = await world.database.query(
    'SELECT e::text, a.kind, a.detail FROM counter_enrolment e, audit_event a',
  );
  const text = JSON.stringify(rows) + world.logLines.join('');
  for (const secret of [code, code.replaceAll('-', ''), NATIONAL_ID.lin, '林怡君'])
    expect(text.includes(secret)).toBe(false);
});
