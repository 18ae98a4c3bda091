import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const COOKIE = 'xinlu_idp_signed_in';

let world: World;
let lin: Card;
beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

/** A sign-in up to the redirect that takes it to the waiting request. */
async function signedIn() {
  const browser = new Browser(world.url);
  const { page } = await begin(world, browser);
  const { json } = await browser.useCard(page, lin, NATIONAL_ID.lin);
  const done = await browser.request(json.next.replace(/\/enrol$/, '/continue'));
  return { browser, onward: String(done.headers.get('location')), cookie: browser.cookies.get(COOKIE) };
}

describe('a finished sign-in goes to the request that waits for it', () => {
  test('sealed, to that address alone, and no script reads it', async () => {
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const { json } = await browser.useCard(page, lin, NATIONAL_ID.lin);
    const done = await browser.request(json.next.replace(/\/enrol$/, '/continue'));
    const line = done.headers.getSetCookie().find((one) => one.startsWith(`${COOKIE}=`)) ?? '';
    expect(line).toMatch(/HttpOnly/i);
    expect(line).toMatch(/SameSite=Lax/i);
    expect(line).toContain(`Path=${new URL(String(done.headers.get('location'))).pathname}`);
    const person = await world.database.one<{ id: string }>('SELECT id FROM person');
    const opened = Buffer.from(/=([^;]*)/.exec(line)?.[1] ?? '', 'base64url').toString('latin1');
    expect(opened).not.toContain(String(person?.id));
    expect((await browser.follow(String(done.headers.get('location')))).url).toContain('code=');
  });

  test('and is worth nothing at another, in another browser, or changed', async () => {
    const { cookie } = await signedIn();
    const thief = new Browser(world.url);
    const { page } = await begin(world, thief);
    const uid = page.place.split('/').at(-1);
    const given = String(cookie?.value);
    for (const value of [given, `${given.slice(0, -2)}AA`, '', 'x'.repeat(300)]) {
      thief.cookies.set(COOKIE, { value, path: `/authorize/${uid}` });
      const { url, page: shown } = await thief.follow(`/authorize/${uid}`);
      expect(url).not.toContain('code=');
      // The request waits on, for somebody to sign in.
      expect(url + (shown ?? '')).toMatch(/interaction|error/);
      await begin(world, thief).catch(() => undefined);
    }
  });

  test('once: replayed with all cookies of the browser it brings no second code', async () => {
    const { browser, onward } = await signedIn();
    const before = new Map(browser.cookies);
    expect((await browser.follow(onward)).url).toContain('code=');
    for (const [name, value] of before) browser.cookies.set(name, value);
    const again = await browser.follow(onward);
    expect(again.url).not.toContain('code=');
    expect(again.status).toBe(400);
  });
});
