import { frozenClock } from '@xinlu/common/clock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MOST_PASSKEYS } from '../src/domain/passkey/passkeys.ts';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser, type PageData, pageData } from './helpers/browser.ts';
import { makeCrl } from './helpers/cards.ts';
import { enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const clock = frozenClock(new Date());
let world: World;

beforeAll(async () => {
  world = await startWorld({ clock });
});
afterAll(() => world?.close());

const card = () => world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
const minutes = (count: number) => clock.advance(count * 60_000);

/** A passkey login at her own page, and the data of the page that asks for another one. */
async function signIn(authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await browser.follow('/sign-in');
  const answer = await browser.usePasskey(pageData(page, 'sign-in-data'), authenticator);
  if (answer.status !== 200) throw new Error(`refused: ${answer.json.code}`);
  const csrfToken = /name="_csrf" value="([^"]+)"/.exec((await browser.follow('/account')).page ?? '')?.[1];
  const data: PageData = { place: '/sign-in', csrfToken: csrfToken ?? '' };
  return { browser, data };
}

type SignedIn = Awaited<ReturnType<typeof signIn>>;

async function confirm({ browser, data }: SignedIn, authenticator: SoftAuthenticator) {
  const options = await browser.post('/sign-in/passkeys/second/options', data.csrfToken);
  if (options.status !== 200) return options;
  const { json } = options;
  const answer = authenticator.get(json, world.url);
  return browser.post('/sign-in/passkeys/second', data.csrfToken, { answer });
}

async function add({ browser, data }: SignedIn, authenticator = new SoftAuthenticator()) {
  const options = await browser.post('/sign-in/passkeys/options', data.csrfToken);
  if (options.status !== 200) return options;
  const answer = authenticator.create(options.json, world.url);
  return browser.post('/sign-in/passkeys', data.csrfToken, { name: '新的', answer });
}

afterEach(async () => {
  await world.database.query("UPDATE passkey SET state = 'removed'");
});

const notices = async () =>
  (await world.database.query<{ kind: string }>('SELECT kind FROM notice ORDER BY at')).map(
    ({ kind }) => kind,
  );

describe('a passkey is added without the card', () => {
  test('by two others, used one after the other: it hangs on what the first hangs on', async () => {
    const [first, second] = [
      await enrolled(world, await card(), NATIONAL_ID.lin),
      await enrolled(world, await card(), NATIONAL_ID.lin),
    ];
    const session = await signIn(first.authenticator);
    expect((await session.browser.follow('/sign-in/enrol')).page).toContain('用另一把通行金鑰確認');
    expect((await add(session)).json.code).toBe('second-factor-needed');
    expect((await confirm(session, second.authenticator)).json.next).toBe('/sign-in/enrol');
    expect((await session.browser.follow('/sign-in/enrol')).page).toContain('建立通行金鑰');
    const third = new SoftAuthenticator();
    expect((await add(session, third)).status).toBe(200);
    await signIn(third);
    const rows = await world.database.query<{ certificate_id: string; acr: string }>(
      'SELECT certificate_id, acr FROM passkey ORDER BY created_at, id',
    );
    expect(rows[2]).toEqual(rows[0]);
    // Two factors vouch for one passkey, not for any number.
    expect((await add(session)).json.code).toBe('second-factor-needed');
  });

  test('never by one passkey used twice, nor by another person’s', async () => {
    const mine = await enrolled(world, await card(), NATIONAL_ID.lin);
    const chens = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const his = await enrolled(world, chens, NATIONAL_ID.chen);
    const session = await signIn(mine.authenticator);
    expect((await session.browser.follow('/sign-in/enrol')).page).toContain('只有剛才登入用的這一把');
    expect((await confirm(session, mine.authenticator)).json.code).toBe('passkey-same');
    expect((await confirm(session, his.authenticator)).json.code).toBe('passkey-of-another');
    expect((await add(session)).json.code).toBe('second-factor-needed');
  });

  test('only within minutes, in the browser and login that both were used in', async () => {
    const [first, second] = [
      await enrolled(world, await card(), NATIONAL_ID.lin),
      await enrolled(world, await card(), NATIONAL_ID.lin),
    ];
    const session = await signIn(first.authenticator);
    await confirm(session, second.authenticator);
    minutes(5.1);
    expect((await add(session)).json.code).toBe('second-factor-needed');
    await confirm(session, second.authenticator);
    const elsewhere = await signIn(first.authenticator);
    expect((await add(elsewhere)).json.code).toBe('second-factor-needed');
    minutes(10);
    expect((await confirm(session, second.authenticator)).json.code).toBe('card-login-needed');
    expect((await add(session)).json.code).toBe('card-login-needed');
  });

  test('an answer to one question is no answer to the other', async () => {
    const [first, second] = [
      await enrolled(world, await card(), NATIONAL_ID.lin),
      await enrolled(world, await card(), NATIONAL_ID.lin),
    ];
    const session = await signIn(first.authenticator);
    const { json } = await session.browser.post('/sign-in/passkey/options', session.data.csrfToken);
    const answer = second.authenticator.get(json, world.url);
    expect(
      (await session.browser.post('/sign-in/passkeys/second', session.data.csrfToken, { answer })).json.code,
    ).toBe('challenge-unknown');
  });

  test('not with a passkey whose card was revoked', async () => {
    const lost = await card();
    const [first, second] = [
      await enrolled(world, await card(), NATIONAL_ID.lin),
      await enrolled(world, lost, NATIONAL_ID.lin),
    ];
    const session = await signIn(first.authenticator);
    world.crls.set('ec', await makeCrl(world.authorities.ec, [lost.serial]));
    await world.lists.refresh();
    expect((await confirm(session, second.authenticator)).json.code).toBe('passkey-suspended');
    await world.composed.applyRevocations();
    expect(await notices()).toContain('passkey.suspended');
  });
});

test(`nobody has more than ${MOST_PASSKEYS}, even when several are added at once`, async () => {
  const cards = await card();
  for (let n = 1; n < MOST_PASSKEYS; n += 1) await enrolled(world, cards, NATIONAL_ID.lin);
  const { cardLogin, enrolPageData } = await import('./helpers/journey.ts');
  const { browser, page, answer } = await cardLogin(world, cards, NATIONAL_ID.lin);
  const data = await enrolPageData(browser, answer);
  const made: object[] = [];
  for (let n = 0; n < 4; n += 1) {
    const { json } = await browser.post(`${page.place}/passkeys/options`, data.csrfToken);
    made.push(new SoftAuthenticator().create(json, world.url));
  }
  const answers = await Promise.all(
    made.map((answer) => browser.post(`${page.place}/passkeys`, data.csrfToken, { name: '多', answer })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.flatMap(({ json }) => json.code ?? []))).toEqual(new Set(['passkeys-full']));
});

describe('what is noticed is told to her', () => {
  test('a counter that went back, a key that may now be backed up, and one that was', async () => {
    const { authenticator } = await enrolled(world, await card(), NATIONAL_ID.lin);
    const phone = await enrolled(world, await card(), NATIONAL_ID.lin);
    await world.database.query('DELETE FROM notice');
    await signIn(authenticator);
    authenticator.counting = false;
    await expect(signIn(authenticator)).rejects.toThrow('passkey-not-accepted');
    authenticator.counting = true;
    authenticator.synced = true;
    await expect(signIn(authenticator)).rejects.toThrow('passkey-not-accepted');
    expect(await notices()).toEqual(
      expect.arrayContaining(['passkey.counter-regressed', 'passkey.eligibility-changed']),
    );
    await world.database.query('UPDATE passkey SET device_bound = false WHERE credential_id = $1', [
      phone.authenticator.credentials[0]?.id,
    ]);
    phone.authenticator.backedUp = true;
    await signIn(phone.authenticator);
    expect(await notices()).toContain('passkey.backup-changed');
  });
});

test('the passkey that she is signed in with is removed only when she confirms it', async () => {
  const { authenticator } = await enrolled(world, await card(), NATIONAL_ID.lin);
  const { browser, data } = await signIn(authenticator);
  const row = await world.database.one<{ id: string }>("SELECT id FROM passkey WHERE state = 'active'");
  const remove = (extra: Record<string, string>) =>
    browser.form(`/account/passkeys/${row?.id}/remove`, { _csrf: data.csrfToken, ...extra });
  const asked = await remove({});
  expect(asked.status).toBe(200);
  expect(await asked.text()).toContain('這是您最後一把可用的通行金鑰');
  expect((await browser.follow('/account')).url).toContain('/account');
  expect((await remove({ confirmed: 'yes' })).status).toBe(303);
  expect((await browser.follow('/account')).url).toContain('/sign-in');
});
