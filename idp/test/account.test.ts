import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Browser, pageData } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { type begin, cardLogin, clientOf, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

type Tokens = Awaited<ReturnType<Awaited<ReturnType<typeof begin>>['complete']>>;

async function userinfo(tokens: Tokens, id: 'school' | 'bank') {
  const address = new URL(`${world.url}/userinfo`);
  const init = { method: 'GET', headers: new Headers() };
  return (await clientOf(world, id).protectedFetch(tokens.accessToken, tokens.dpopKey, address, init)).status;
}

const pageOf = async (browser: Browser, part: string) => {
  const { page, status } = await browser.follow(`/account${part}`);
  expect(status, part).toBe(200);
  return page ?? '';
};
const csrfOf = (page: string) => /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
const idsIn = (page: string, path: RegExp) => [...page.matchAll(path)].map((match) => match[1] ?? '');
const unescaped = (page: string) => page.replaceAll('&#61;', '=');
const sessionIds = (page: string) => idsIn(page, /\/account\/sessions\/([\da-f-]{36})\/end/g);
const SAID_NEW = '從沒用過的瀏覽器';

/** The same browser as far as a server can tell by its long-lived cookie, with nothing else kept. */
function sameBrowser(former: Browser): Browser {
  const browser = new Browser(world.url);
  const kept = former.cookies.get('xinlu_idp_browser');
  if (kept === undefined) throw new Error('no browser cookie');
  browser.cookies.set('xinlu_idp_browser', kept);
  return browser;
}

describe('every page of her account', () => {
  test('shows its subject, in both languages, and never her national ID', async () => {
    const { browser } = await enrolled(world, lin, NATIONAL_ID.lin);
    const expected: Record<string, RegExp> = {
      '': /林怡君，您好/,
      '/sessions': /這個瀏覽器/,
      '/history': /自然人憑證/,
      '/passkeys': /我的手機/,
      '/certificates': /憑證序號/,
      '/agencies': /信路高級中學/,
      '/notices': /新增了一把通行金鑰/,
    };
    for (const [part, words] of Object.entries(expected)) {
      const page = await pageOf(browser, part);
      expect(page, part).toMatch(words);
      expect(page, part).not.toContain(NATIONAL_ID.lin);
      expect(await pageOf(browser, `${part}?lang=en`), part).toContain('<html lang="en"');
      await browser.follow(`/account${part}?lang=zh-TW`);
    }
  });

  test('is for who is signed in alone', async () => {
    const paths = ['', '/sessions', '/history', '/passkeys', '/certificates', '/agencies', '/notices'];
    for (const part of paths) {
      expect((await new Browser(world.url).follow(`/account${part}`)).url).toContain('/sign-in');
    }
    for (const action of ['/account/sessions/end-others', '/account/agencies/school/end']) {
      expect((await new Browser(world.url).form(action, { _csrf: 'x' })).status).toBe(403);
    }
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    await world.database.query(
      "UPDATE login SET ended_at = now(), end_reason = 'logout' WHERE ended_at IS NULL",
    );
  });

  test('one of another browser ends at once with its tokens, this one goes on', async () => {
    const other = await cardLogin(world, lin, NATIONAL_ID.lin);
    const there = await other.complete(other.answer.json.next);
    const here = await cardLogin(world, lin, NATIONAL_ID.lin);
    const page = await pageOf(here.browser, '/sessions');
    const ids = sessionIds(page);
    expect(ids).toHaveLength(2);
    expect(page).toContain('信路高級中學');
    // The newest stands first: the other one is the second.
    await here.browser.form(`/account/sessions/${ids[1]}/end`, { _csrf: csrfOf(page) });
    expect(await userinfo(there, 'school')).toBe(401);
    expect((await other.browser.follow('/account')).url).toContain('/sign-in');
    expect(sessionIds(await pageOf(here.browser, '/sessions'))).toEqual([ids[0]]);
  });

  test('all others end at once with their tokens, this one keeps its own', async () => {
    const others = await Promise.all([1, 2].map(() => cardLogin(world, lin, NATIONAL_ID.lin)));
    const theirs = await Promise.all(others.map(({ complete, answer }) => complete(answer.json.next)));
    const here = await cardLogin(world, lin, NATIONAL_ID.lin);
    const ours = await here.complete(here.answer.json.next);
    const csrf = csrfOf(await pageOf(here.browser, '/sessions'));
    await here.browser.form('/account/sessions/end-others', { _csrf: csrf });
    for (const tokens of theirs) expect(await userinfo(tokens, 'school')).toBe(401);
    for (const { browser } of others) expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect(await userinfo(ours, 'school')).toBe(200);
    expect(await pageOf(here.browser, '/sessions?done=ended-others')).toContain('其他裝置的登入都已結束');
  });

  test('the history is paged, each sign-in once, and another person’s is no way into it', async () => {
    const { browser } = await cardLogin(world, lin, NATIONAL_ID.lin);
    await world.database.query(
      `INSERT INTO login (id, person_id, method, certificate_id, acr, amr, browser, started_at, expires_at, ended_at, end_reason)
       SELECT gen_random_uuid(), person_id, method, certificate_id, acr, amr, 'Old ' || n, started_at - interval '1 day', expires_at,
         started_at, 'logout' FROM login, generate_series(101, 145) n
       WHERE id = (SELECT id FROM login ORDER BY started_at DESC LIMIT 1)`,
    );
    const seen: string[] = [];
    let next: string | undefined = '';
    for (let pages = 0; next !== undefined && pages < 9; pages += 1) {
      const page = await pageOf(browser, `/history${next}`);
      seen.push(...idsIn(page, /(Old \d+)/g));
      next = /\/account\/history(\?before=[\da-f-]{36})"/.exec(
        unescaped(page.slice(page.indexOf('<table'))),
      )?.[1];
    }
    expect(seen).toHaveLength(45);
    expect(new Set(seen).size).toBe(45);
    const [stranger] = await world.database.query<{ id: string }>(
      'SELECT id FROM login WHERE browser = $1 LIMIT 1',
      ['Old 101'],
    );
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const his = await cardLogin(world, chen, NATIONAL_ID.chen);
    expect(await pageOf(his.browser, `/history?before=${stranger?.id}`)).not.toContain('Old 1');
    expect((await his.browser.follow('/account/history?before=x')).status).toBe(400);
  });
});

describe('an agency that knows her', () => {
  test('is shown with what it learnt, and what hangs there ends for it alone', async () => {
    const { browser, complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const school = await complete(answer.json.next);
    const client = clientOf(world, 'bank', 'openid');
    const start = await client.begin();
    const bank = await client.complete(new URL((await browser.follow(start.url)).url), start.pending);
    const page = await pageOf(browser, '/agencies');
    expect(page.slice(page.indexOf('信民商業銀行'))).toContain('只有專屬代號');
    expect(page.slice(page.indexOf('信路高級中學'))).toContain('專屬代號和姓名');
    await browser.form('/account/agencies/school/end', { _csrf: csrfOf(page) });
    expect(await userinfo(school, 'school')).toBe(401);
    expect(await userinfo(bank, 'bank')).toBe(200);
    // A new sign-in there is good again.
    const again = clientOf(world, 'school');
    const next = await again.begin();
    const tokens = await again.complete(new URL((await browser.follow(next.url)).url), next.pending);
    expect(await userinfo(tokens, 'school')).toBe(200);
  });

  test('does not have another person’s tokens ended', async () => {
    const { complete, answer } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const hers = await complete(answer.json.next);
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const his = await cardLogin(world, chen, NATIONAL_ID.chen);
    const csrf = csrfOf(await pageOf(his.browser, ''));
    await his.browser.form('/account/agencies/school/end', { _csrf: csrf });
    expect(await userinfo(hers, 'school')).toBe(200);
  });
});

describe('she is told', () => {
  const notices = async () => {
    const [row] = await world.database.query<{ count: number }>(
      "SELECT count(*) FROM notice WHERE kind = 'login.new-browser'",
    );
    return row?.count ?? 0;
  };

  test('of a browser not used before, not of her first, and not again of one that she uses', async () => {
    const nationalId = NATIONAL_ID.namesake;
    const card = await world.issue({ nationalId, name: '林怡君' });
    const before = await notices();
    const first = await cardLogin(world, card, nationalId);
    expect(await notices()).toBe(before);
    const second = await cardLogin(world, card, nationalId);
    expect(await notices()).toBe(before + 1);
    await cardLogin(world, card, nationalId, sameBrowser(first.browser));
    await cardLogin(world, card, nationalId, sameBrowser(second.browser));
    expect(await notices()).toBe(before + 1);
    expect(await pageOf(first.browser, '')).toContain('1 則未讀');
    const page = await pageOf(first.browser, '/notices');
    expect(page).toContain(SAID_NEW);
    expect(page).toContain('Chrome (Windows)');
    expect(page).toContain('xl-tag--info');
    const later = await pageOf(first.browser, '/notices');
    expect(later).toContain(SAID_NEW);
    expect(later).not.toContain('xl-tag--info');
    expect(await pageOf(first.browser, '')).toContain('0 則未讀');
  });

  test('even when the browser is known as that of somebody else', async () => {
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    const his = await cardLogin(world, chen, NATIONAL_ID.chen);
    const before = await notices();
    await cardLogin(world, lin, NATIONAL_ID.lin, sameBrowser(his.browser));
    expect(await notices()).toBe(before + 1);
    const marks = await world.database.query<{ mark: Buffer }>('SELECT mark FROM known_browser');
    expect(new Set(marks.map(({ mark }) => mark.toString('hex'))).size).toBe(marks.length);
    const token = his.browser.cookies.get('xinlu_idp_browser')?.value ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(await world.database.query('SELECT b::text FROM known_browser b'))).not.toContain(
      Buffer.from(token, 'base64url').toString('hex'),
    );
  });

  test('a malformed browser cookie is replaced', async () => {
    const browser = new Browser(world.url);
    browser.cookies.set('xinlu_idp_browser', { value: 'x', path: '/' });
    await cardLogin(world, lin, NATIONAL_ID.lin, browser);
    expect(browser.cookies.get('xinlu_idp_browser')?.value).toMatch(/^[\w-]{43}$/);
  });

  test('of a passkey added and removed, and of her card revoked', async () => {
    const nationalId = NATIONAL_ID.namesake;
    const card = await world.issue({ nationalId, name: '林怡君' });
    const { browser } = await enrolled(world, card, nationalId);
    const page = await pageOf(browser, '/passkeys');
    const [id] = idsIn(page, /\/account\/passkeys\/([\da-f-]{36})\/remove/g);
    const csrf = csrfOf(page);
    await browser.form(`/account/passkeys/${id}/rename`, { _csrf: csrf, name: ' 舊手機 ' });
    expect(await pageOf(browser, '/passkeys')).toContain('舊手機');
    expect((await browser.form(`/account/passkeys/${id}/rename`, { _csrf: csrf, name: ' ' })).status).toBe(
      400,
    );
    await browser.form(`/account/passkeys/${id}/remove`, { _csrf: csrf });
    await world.revoke(card);
    await world.composed.applyRevocations();
    const fresh = await world.issue({ nationalId, name: '林怡君' });
    const own = new Browser(world.url);
    const signIn = pageData((await own.follow('/sign-in')).page, 'sign-in-data');
    await own.useCard(signIn, fresh, nationalId);
    const told = await pageOf(own, '/notices');
    for (const words of ['新增了一把通行金鑰', '移除了一把通行金鑰', '您的憑證已廢止'])
      expect(told).toContain(words);
  });
});
