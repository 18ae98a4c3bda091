import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { texts } from '../src/locales/index.ts';
import type { Card } from './helpers/cards.ts';
import { clerkCard, registerOffice } from './helpers/counter.ts';
import { type BrowserWorld, type Device, startBrowserWorld } from './helpers/devices.ts';
import { look, press, tabOn, tabTo, type } from './helpers/screens.ts';
import { NATIONAL_ID } from './helpers/world.ts';

let place: BrowserWorld;
let clerks: [Card, Card];

beforeAll(async () => {
  place = await startBrowserWorld();
  await registerOffice(place.world);
  clerks = [await clerkCard(place.world), await clerkCard(place.world)];
});
afterAll(() => place?.close());

/** One language's people at the counter; what they do they do by keyboard alone. */
function counterIn(lang: 'zh-TW' | 'en') {
  const { world, reader } = place;
  const t = texts(lang);
  const faults: string[] = [];
  const devices: Device[] = [];
  return {
    t,
    faults,
    async device() {
      const made = await place.device(lang);
      devices.push(made);
      return made.tab;
    },
    async see(tab: Page, screen: string) {
      faults.push(...(await look(tab, `counter-${lang}-${screen}`, lang === 'en' ? 1280 : 360)));
    },
    async signInAsClerk(tab: Page, card: Card) {
      reader.insert(card);
      await tab.goto(`${world.url}/counter`);
      await type(tab, t('card.pin'), '123456');
      await press(tab, 'button', (await tab.locator('#use-card').textContent()) ?? '');
      await tab.waitForURL(/\/(counter|enrol)$/);
      await tab.goto(`${world.url}/counter`);
      await tab.getByRole('heading', { name: t('counter.title') }).waitFor();
    },
    /** A passkey of the clerk's own, made in this browser, shows who she is. */
    async confirmSelf(tab: Page) {
      await tab.goto(`${world.url}/counter/self`);
      await press(tab, 'button', t('passkey.button'));
      await tab.waitForURL('**/counter');
    },
    /** Signs in as herself by card and makes a passkey in this browser's key; before she is a clerk there. */
    async makeOwnPasskey(tab: Page, who: { nationalId: string; name: string }) {
      reader.insert(await world.issue(who));
      await tab.goto(`${world.url}/sign-in`);
      await type(tab, t('card.national-id'), who.nationalId);
      await type(tab, t('card.pin'), '123456');
      await press(tab, 'button', (await tab.locator('#use-card').textContent()) ?? '');
      await tab.waitForURL('**/enrol');
      await tab.locator('#create-passkey:not([disabled])').waitFor();
      await press(tab, 'button', t('enrol.button'));
      await tab.waitForURL('**/account**');
      await tab.goto(`${world.url}/account`);
      await press(tab, 'button', t('logout.yes'));
      await tab.waitForURL((url) => !url.pathname.startsWith('/account'));
    },
    /** Fills in what the form does not hold yet, and gives the code. */
    async fillPapers(tab: Page, acr: 'substantial' | 'high') {
      await type(tab, t('counter.national-id'), NATIONAL_ID.lin);
      await type(tab, t('counter.name'), '林怡君');
      await tabTo(tab, 'checkbox', t('document.national-id-card'));
      await tab.keyboard.press('Space');
      await tabTo(tab, 'radio', t('counter.acr-substantial'));
      if (acr === 'high') await tab.keyboard.press('ArrowDown');
      await press(tab, 'button', t('counter.make'));
      await tab.getByRole('heading', { name: t('counter.issued') }).waitFor();
      return (await tab.locator('#counter-code').textContent()) ?? '';
    },
    async typeCode(tab: Page, code: string) {
      await type(tab, t('redeem.code'), code);
      await type(tab, t('card.national-id'), NATIONAL_ID.lin);
      await tab.keyboard.press('Enter');
    },
    async makePasskey(tab: Page) {
      await tab.waitForURL('**/counter/enrol');
      await tab.locator('#create-passkey:not([disabled])').waitFor();
      await press(tab, 'button', t('enrol.button'));
      await tab.waitForURL('**/counter/done');
    },
    async signIn(tab: Page) {
      await tab.goto(`${world.url}/sign-in`);
      await press(tab, 'button', t('passkey.button'));
      await tab.waitForURL('**/account');
    },
    async leave() {
      for (const device of devices) {
        faults.push(...device.faults);
        await device.context.close();
      }
    },
  };
}

describe.each(['zh-TW', 'en'] as const)('in Chromium, by keyboard alone, in %s', (lang) => {
  test('two clerks enrol a person, who makes her passkey', { timeout: 120_000 }, async () => {
    const { world } = place;
    const { t, faults, see, ...people } = counterIn(lang);
    const [desk, review, hers] = [await people.device(), await people.device(), await people.device()];
    await people.makeOwnPasskey(desk, { nationalId: NATIONAL_ID.chen, name: '陳志明' });
    await people.signInAsClerk(desk, clerks[0]);
    await see(desk, 'desk');
    await press(desk, 'link', t('counter.self-do'));
    await desk.waitForURL('**/counter/self');
    await desk.locator('#confirm-self:not([disabled])').waitFor();
    await see(desk, 'self');
    await people.confirmSelf(desk);
    await see(desk, 'desk-confirmed');
    await press(desk, 'button', t('counter.make'));
    await desk.getByRole('alert').getByText(t('problem.national-id-malformed')).waitFor();
    await see(desk, 'desk-fault');
    const code = await people.fillPapers(desk, 'high');
    await see(desk, 'issued');

    await people.makeOwnPasskey(review, { nationalId: NATIONAL_ID.namesake, name: '王淑芬' });
    await people.signInAsClerk(review, clerks[1]);
    await review.getByText(t('counter.to-confirm')).waitFor();
    await see(review, 'desk-awaiting');
    await press(review, 'link', t('counter.look'));
    await review.getByRole('heading', { name: t('counter.review') }).waitFor();
    await see(review, 'review-unconfirmed');
    await people.confirmSelf(review);
    await press(review, 'link', t('counter.look'));
    await review.getByRole('heading', { name: t('counter.review') }).waitFor();
    await see(review, 'review');
    await press(review, 'button', t('counter.confirm'));
    await review.getByText(t('counter.state-open')).waitFor();
    await see(review, 'confirmed');

    await hers.goto(world.url);
    await press(hers, 'link', t('home.code'));
    await hers.getByRole('heading', { name: t('redeem.title') }).waitFor();
    await see(hers, 'redeem');
    await people.typeCode(hers, '2222 2222 2222');
    await hers.getByRole('alert').getByText(t('problem.counter-code-refused')).waitFor();
    await see(hers, 'redeem-refused');
    await people.typeCode(hers, code);
    await hers.waitForURL('**/counter/enrol');
    await see(hers, 'enrol');
    await people.makePasskey(hers);
    await see(hers, 'done');
    await press(hers, 'link', t('redeem.sign-in'));
    await hers.waitForURL('**/sign-in');
    await people.signIn(hers);
    await people.leave();
    expect(faults).toEqual([]);
  });

  test('she keeps and removes passkeys, and a recovery is seen and cancelled', {
    timeout: 120_000,
  }, async () => {
    const { world } = place;
    const { t, faults, see, ...people } = counterIn(lang);
    const [phone, counter, found] = [await people.device(), await people.device(), await people.device()];
    const enrol = async (tab: Page, code: string) => {
      await tab.goto(`${world.url}/counter/redeem`);
      await people.typeCode(tab, code);
      await people.makePasskey(tab);
    };
    await world.database.query("UPDATE passkey SET state = 'removed'");
    await world.database.query('UPDATE recovery SET cancelled_at = now() WHERE cancelled_at IS NULL');
    await people.signInAsClerk(counter, clerks[0]);
    await enrol(phone, await people.fillPapers(counter, 'substantial'));
    await people.signIn(phone);
    await phone.goto(`${world.url}/sign-in/enrol`);
    await phone.getByRole('heading', { name: t('second.title') }).waitFor();
    await see(phone, 'second-factor');
    await phone.goto(`${world.url}/account/passkeys`);
    await tabOn(phone, phone.locator('form[action$="/remove"] button').first());
    await phone.keyboard.press('Enter');
    await phone.getByRole('link', { name: t('remove-own.no') }).waitFor();
    await see(phone, 'remove-own');
    await press(phone, 'link', t('remove-own.no'));

    await counter.goto(`${world.url}/counter`);
    await enrol(found, await people.fillPapers(counter, 'substantial'));
    await people.signIn(found);
    await found.goto(`${world.url}/recovery`);
    await found.getByText(t('recovery.from-itself')).waitFor();
    await see(found, 'recovery');
    await found.goto(`${world.url}/sign-in/enrol`);
    await see(found, 'cooling-off');

    // Her old device was signed out by it; its passkey is enough to cancel.
    await phone.goto(`${world.url}/recovery`);
    await see(phone, 'recovery-signed-out');
    await press(phone, 'button', t('recovery.cancel-passkey'));
    await phone.waitForURL('**/recovery/cancelled');
    await see(phone, 'recovery-cancelled');
    await people.signIn(phone);
    await people.leave();
    expect(faults).toEqual([]);
  });
});
