import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { texts } from '../src/locales/index.ts';
import type { Card } from './helpers/cards.ts';
import { type BrowserWorld, startBrowserWorld } from './helpers/devices.ts';
import { accepted, asks, offer, openDelegation, ownBrowser } from './helpers/mandates.ts';
import { look, press, tabOn, tabTo, type } from './helpers/screens.ts';
import { NATIONAL_ID, rp } from './helpers/world.ts';

let place: BrowserWorld;
let lin: Card;
let chen: Card;

beforeAll(async () => {
  place = await startBrowserWorld();
  const { world, schoolUrl } = place;
  await openDelegation(world, schoolUrl);
  await world.register.admit(
    rp('broker', world.keys.broker, { redirectUris: [schoolUrl], holders: ['organisation'] }, [
      'rp',
      'broker',
    ]),
  );
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
});
afterAll(() => place?.close());

/** One language's tour. Everything by keyboard: no pointer is used in this file. */
function tourIn(lang: 'zh-TW' | 'en', tab: Page) {
  const { world, reader } = place;
  const t = texts(lang);
  const faults: string[] = [];
  const see = async (screen: string) =>
    void faults.push(...(await look(tab, `screen-${lang}-${screen}`, lang === 'en' ? 1280 : 360)));
  return {
    t,
    faults,
    see,
    async at(path: string, screen: string) {
      await tab.goto(`${world.url}${path}`);
      await see(screen);
    },
    async useCard(card: Card, nationalId?: string) {
      reader.insert(card);
      if (nationalId !== undefined) await type(tab, t('card.national-id'), nationalId);
      await type(tab, t('card.pin'), '123456');
      await press(tab, 'button', (await tab.locator('#use-card').textContent()) ?? '');
    },
  };
}

async function newTab(lang: string): Promise<{ tab: Page; close(): Promise<void> }> {
  const context = await place.browser.newContext({ locale: lang });
  return { tab: await context.newPage(), close: () => context.close() };
}

const LANGUAGES = ['zh-TW', 'en'] as const;

test.each(LANGUAGES)(
  'every screen of a citizen, by keyboard, without a fault of WCAG 2.2 A or AA: %s',
  {
    timeout: 120_000,
  },
  async (lang) => {
    const { world, schoolUrl } = place;
    await world.database.query(
      "UPDATE mandate SET state = 'ended', ended_at = now(), end_reason = 'expired' WHERE state = 'active'",
    );
    const chens = await ownBrowser(world, chen, NATIONAL_ID.chen);
    await accepted(world, chens, await ownBrowser(world, lin, NATIONAL_ID.lin), { named: '林怡君' });
    const { tab, close } = await newTab(lang);
    const { t, faults, see, at, useCard } = tourIn(lang, tab);
    await at('/', 'home');
    await at('/interaction/nothing-here', 'expired');
    await at('/authorize?client_id=nobody', 'unknown-party');
    await at('/nowhere', 'not-found');

    const client = place.party();
    const { url, pending } = await client.begin(asks());
    await tab.goto(url);
    await see('sign-in');
    await useCard(lin, 'A298713400');
    await tab.locator('#problem :text-matches(".+")').first().waitFor();
    await see('sign-in-refused');
    await useCard(lin, NATIONAL_ID.lin);
    await tab.waitForURL('**/enrol');
    await tab.locator('#create-passkey:not([disabled])').waitFor();
    await see('enrol');
    await press(tab, 'link', t('enrol.skip'));
    await tab.waitForURL('**/acting');
    await see('acting');
    await tabTo(tab, 'radio', t('acting.self', { name: '林怡君' }));
    await tab.keyboard.press('ArrowDown');
    await press(tab, 'button', t('acting.choose'));
    await tab.waitForURL(`${schoolUrl}?**`);
    const { claims, idToken } = await client.complete(new URL(tab.url()), pending);
    expect(claims['name']).toBe('陳志明');

    for (const part of ['sessions', 'history', 'passkeys', 'certificates', 'agencies', 'mandates', 'notices'])
      await at(`/account/${part}`, `account-${part}`);
    await at('/account', 'account');
    const mandate = await world.database.one<{ id: string }>(
      "SELECT id FROM mandate WHERE state = 'active' LIMIT 1",
    );
    await at(`/account/mandates/${mandate?.id}`, 'mandate');
    await at('/account/mandates/guardian', 'guardian');

    await at('/account/mandates/offer', 'offer');
    await type(tab, t('offer.named'), '陳志明');
    await tabOn(tab, tab.locator('input[name=scope]').first());
    await tab.keyboard.press('Space');
    await press(tab, 'button', t('offer.make'));
    await tab.locator('#invitation-code').waitFor();
    await see('offer-code');

    const { code } = await offer(chens, { named: '林怡君' });
    await at('/account/mandates/invitation', 'invitation');
    await type(tab, t('invitation.code'), 'wrong');
    await tab.keyboard.press('Enter');
    await tab.getByRole('alert').waitFor();
    await see('invitation-refused');
    await type(tab, t('invitation.code'), code);
    await press(tab, 'button', t('invitation.read'));
    await tab
      .getByText(t('invitation.ask-title', { name: '陳志明' }))
      .first()
      .waitFor();
    await see('invitation-read');

    await tab.goto(`${world.url}/session/end?id_token_hint=${idToken}`);
    await see('logout');
    await press(tab, 'button', t('logout.yes'));
    await tab.waitForURL('**/session/end/success**');
    await see('logged-out');
    expect(faults).toEqual([]);
    await close();
  },
);

test.each(LANGUAGES)(
  'every screen that an organisation sees otherwise, likewise: %s',
  {
    timeout: 60_000,
  },
  async (lang) => {
    const { world, schoolUrl } = place;
    const firm = await world.issueTo('company', '信川電子股份有限公司', { businessNumber: '12345675' });
    const { tab, close } = await newTab(lang);
    const { t, faults, see, at, useCard } = tourIn(lang, tab);
    const { url } = await place.party('broker').begin({});
    await tab.goto(url);
    await see('organisation-sign-in');
    await useCard(firm);
    await tab.waitForURL(`${schoolUrl}?**`);
    await at('/account', 'organisation-account');
    await at('/account/mandates', 'organisation-mandates');
    expect(await tab.getByRole('link', { name: t('mandates.offer') }).count()).toBe(1);
    // What only a natural person can do is not offered.
    expect(await tab.getByRole('link', { name: t('mandates.guardian') }).count()).toBe(0);
    expect(await tab.getByRole('link', { name: t('mandates.enter-code') }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  },
);
