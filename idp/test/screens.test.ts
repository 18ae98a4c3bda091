import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createOidcClient } from '@xinlu/common/oidc-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CardComponent, startCardComponent } from './helpers/card-component.ts';
import { accepted, asks, offer, openDelegation, ownBrowser } from './helpers/mandates.ts';
import { launch, look, press, tabTo, type } from './helpers/screens.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const shots = new URL('../screenshots/', import.meta.url).pathname;
let world: World;
let component: CardComponent;
let browser: Browser;
let school: Server;
let schoolUrl: string;

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  component = await startCardComponent();
  school = createServer((_request, response) => response.end('back at the school'));
  await new Promise<void>((resolve) => void school.listen(0, '127.0.0.1', resolve));
  schoolUrl = `http://localhost:${(school.address() as { port: number }).port}/login/callback`;
  world = await startWorld({ cardOrigin: component.origin, school: schoolUrl });
  await openDelegation(world, schoolUrl);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await component?.close();
  school?.close();
  await world?.close();
});

const client = () =>
  createOidcClient({
    issuer: world.url,
    clientId: 'school',
    keys: world.keys.school,
    redirectUri: schoolUrl,
    scope: 'openid profile',
    allowHttp: true,
  });

const WORDS = {
  'zh-TW': {
    id: '國民身分證統一編號',
    pin: '憑證 PIN 碼',
    skip: '這次不要，繼續',
    self: '為我自己（林怡君）',
    other: '替陳志明辦理',
    go: '繼續',
    code: '委託碼',
    read: '看內容',
    logout: '登出',
  },
  en: {
    id: 'National ID number',
    pin: 'Card PIN',
    skip: 'Not this time, continue',
    self: 'For myself (林怡君)',
    other: 'For 陳志明',
    go: 'Continue',
    code: 'Code',
    read: 'Read the offer',
    logout: 'Sign out',
  },
} as const;

/** Everything by keyboard: no pointer is used in this file. */
async function tour(tab: Page, lang: keyof typeof WORDS): Promise<string[]> {
  const words = WORDS[lang];
  const faults: string[] = [];
  const see = async (screen: string) =>
    void faults.push(...(await look(tab, shots, `screen-${lang}-${screen}`, lang === 'en' ? 1280 : 360)));
  const at = async (path: string, screen: string) => {
    await tab.goto(`${world.url}${path}`);
    await see(screen);
  };
  await at('/', 'home');
  await at('/interaction/nothing-here', 'expired');
  await at('/authorize?client_id=nobody', 'unknown-party');
  await at('/nowhere', 'not-found');

  const { url, pending } = await client().begin(asks());
  await tab.goto(url);
  await see('sign-in');
  await type(tab, words.id, 'A298713400');
  await type(tab, words.pin, '123456');
  await press(tab, 'button', (await tab.locator('#use-card').textContent()) ?? '');
  await tab.locator('#problem :text-matches(".+")').first().waitFor();
  await see('sign-in-refused');
  await type(tab, words.id, NATIONAL_ID.lin);
  await type(tab, words.pin, '123456');
  await press(tab, 'button', (await tab.locator('#use-card').textContent()) ?? '');
  await tab.waitForURL('**/enrol');
  await tab.locator('#create-passkey:not([disabled])').waitFor();
  await see('enrol');
  await press(tab, 'link', words.skip);
  await tab.waitForURL('**/acting');
  await see('acting');
  await tabTo(tab, 'radio', words.self);
  await tab.keyboard.press('ArrowDown');
  await press(tab, 'button', words.go);
  await tab.waitForURL(`${schoolUrl}?**`);
  const { claims, idToken } = await client().complete(new URL(tab.url()), pending);
  expect(claims['name']).toBe('陳志明');

  for (const part of ['sessions', 'history', 'passkeys', 'certificates', 'agencies', 'mandates', 'notices'])
    await at(`/account/${part}`, `account-${part}`);
  await at('/account', 'account');
  const mandate = await world.database.one<{ id: string }>(
    "SELECT id FROM mandate WHERE state = 'active' LIMIT 1",
  );
  await at(`/account/mandates/${mandate?.id}`, 'mandate');
  await at('/account/mandates/offer', 'offer');
  await at('/account/mandates/guardian', 'guardian');
  const chen = await ownBrowser(
    world,
    await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' }),
    NATIONAL_ID.chen,
  );
  const { code } = await offer(chen, { named: '林怡君' });
  await at('/account/mandates/invitation', 'invitation');
  await type(tab, words.code, 'wrong');
  await tab.keyboard.press('Enter');
  await tab.getByRole('alert').waitFor();
  await see('invitation-refused');
  await type(tab, words.code, code);
  await press(tab, 'button', words.read);
  await tab.getByRole('heading', { level: 1, name: '陳志明' }).waitFor();
  await see('invitation-read');

  await tab.goto(`${world.url}/session/end?id_token_hint=${idToken}`);
  await see('logout');
  await press(tab, 'button', words.logout);
  await tab.waitForURL('**/session/end/success**');
  await see('logged-out');
  return faults;
}

test.each(['zh-TW', 'en'] as const)(
  'every screen, by keyboard, without a fault of WCAG 2.2 A or AA: %s',
  {
    timeout: 240_000,
  },
  async (lang) => {
    const lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    await world.database.query(
      "UPDATE mandate SET state = 'ended', ended_at = now(), end_reason = 'expired' WHERE state = 'active'",
    );
    await accepted(
      world,
      await ownBrowser(world, chen, NATIONAL_ID.chen),
      await ownBrowser(world, lin, NATIONAL_ID.lin),
      { named: '林怡君' },
    );
    component.insert(lin);
    const context = await browser.newContext({ locale: lang, bypassCSP: false });
    const tab = await context.newPage();
    expect(await tour(tab, lang)).toEqual([]);
    await context.close();
  },
);
