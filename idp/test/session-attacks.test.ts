import { sha256Base64url } from '@xinlu/common/canonical';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, type PageData } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, cardLogin, clientOf } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;
let chen: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
});
afterAll(() => world?.close());

/** Another browser with all cookies of the first. */
function copyOf(browser: Browser): Browser {
  const copy = new Browser(world.url);
  for (const [name, cookie] of browser.cookies) copy.cookies.set(name, cookie);
  return copy;
}

const uidOf = (page: PageData) => page.place.split('/').at(-1) ?? '';
const onward = (next: string) => next.replace(/\/enrol$/, '/continue');
const isSignedIn = async (browser: Browser) => !(await browser.follow('/account')).url.includes('/sign-in');

describe('cookies that were planted before the sign-in', () => {
  test.each(['before', 'after'])(
    'open nothing for who planted them, tried %s she has gone on',
    async (when) => {
      const attacker = new Browser(world.url);
      const { page, start } = await begin(world, attacker);
      const victim = copyOf(attacker);
      // She signs in at the very request that the attacker began.
      const { json, status } = await victim.useCard(page, lin, NATIONAL_ID.lin);
      expect(status).toBe(200);
      expect(victim.cookies.get('xinlu_idp')?.value).not.toBe(attacker.cookies.get('xinlu_idp')?.value);
      if (when === 'after') expect((await victim.follow(onward(json.next))).url).toContain('code=');
      for (const path of [onward(json.next), json.next, `/authorize/${uidOf(page)}`, start.url]) {
        const thief = copyOf(attacker);
        expect((await thief.follow(path)).url, path).not.toContain('code=');
        expect(await isSignedIn(thief), path).toBe(false);
      }
      expect(await isSignedIn(victim)).toBe(true);
    },
  );
});

describe('the sign-in of another browser', () => {
  test('is neither seen nor continued without its cookie', async () => {
    const owner = new Browser(world.url);
    const { page } = await begin(world, owner);
    const stranger = new Browser(world.url);
    await begin(world, stranger);
    for (const path of [page.place, `${page.place}/continue`, `${page.place}/enrol`]) {
      const { status, url, page: shown } = await stranger.follow(path);
      expect(url, path).not.toContain('code=');
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(shown, path).not.toContain('sign-in-data');
    }
    const own = (await begin(world, stranger)).page;
    const { json } = await stranger.post(`${page.place}/card/challenge`, own.csrfToken);
    expect(json.code).toBe('interaction-expired');
  });

  test('when the attacker’s own is finished in her browser, she is not signed in as him (login CSRF)', async () => {
    const attacker = new Browser(world.url);
    const { page, complete } = await begin(world, attacker);
    const { json } = await attacker.useCard(page, chen, NATIONAL_ID.chen);
    const handedOver = await attacker.request(onward(json.next));
    const place = String(handedOver.headers.get('location'));
    const victim = new Browser(world.url);
    await begin(world, victim);
    for (const path of [onward(json.next), json.next, place]) {
      expect((await victim.follow(path)).url, path).not.toContain('code=');
      expect(await isSignedIn(victim), path).toBe(false);
    }
    // Nor by a link to where the party would take the code: it is bound to the browser that began (state, PKCE, DPoP key).
    const back = new URL((await attacker.follow(place)).url);
    const hers = await clientOf(world, 'school').begin();
    await expect(clientOf(world, 'school').complete(back, hers.pending)).rejects.toMatchObject({
      code: 'login-invalid',
    });
    void complete;
  });
});

describe('cookies of one service at another on the same host', () => {
  test('of consent or admin open nothing here, whatever their names and values are', async () => {
    const { browser } = await cardLogin(world, lin, NATIONAL_ID.lin);
    const own = browser.cookies.get('xinlu_idp')?.value ?? '';
    expect(await isSignedIn(browser)).toBe(true);
    const stored = (await world.kv.get(`session:xinlu_idp:${sha256Base64url(own)}`)) ?? '';
    for (const service of ['xinlu_consent', 'xinlu_admin']) {
      // Her own value under another service's name, and another service's session, alike in content, under ours.
      const named = new Browser(world.url);
      named.cookies.set(service, { value: own, path: '/' });
      expect(await isSignedIn(named), service).toBe(false);
      const foreign = 'f'.repeat(43);
      await world.kv.set(`session:${service}:${sha256Base64url(foreign)}`, stored, 60);
      const valued = new Browser(world.url);
      valued.cookies.set('xinlu_idp', { value: foreign, path: '/' });
      expect(await isSignedIn(valued), service).toBe(false);
    }
  });

  test('a provider session counts with our own signature alone', async () => {
    const { browser, answer, complete } = await cardLogin(world, lin, NATIONAL_ID.lin);
    await complete(answer.json.next);
    const value = browser.cookies.get('xinlu_idp_op')?.value ?? '';
    const signature = browser.cookies.get('xinlu_idp_op.sig')?.value ?? '';
    const silent = async (cookies: Record<string, string>) => {
      const other = new Browser(world.url);
      for (const [name, text] of Object.entries(cookies)) other.cookies.set(name, { value: text, path: '/' });
      const { url } = await clientOf(world, 'school').begin({ parameters: { prompt: 'none' } });
      return new URL((await other.follow(url)).url).searchParams;
    };
    expect((await silent({ xinlu_idp_op: value, 'xinlu_idp_op.sig': signature })).has('code')).toBe(true);
    const forged = `${signature.slice(0, -4)}AAAA`;
    for (const cookies of [
      { xinlu_idp_op: value },
      { xinlu_idp_op: value, 'xinlu_idp_op.sig': forged },
      { xinlu_consent_op: value, 'xinlu_consent_op.sig': signature },
      { xinlu_idp_resume: value, 'xinlu_idp_resume.sig': signature },
    ])
      expect((await silent(cookies)).get('error'), JSON.stringify(Object.keys(cookies))).toBe(
        'login_required',
      );
  });
});
