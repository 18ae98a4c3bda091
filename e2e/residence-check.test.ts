import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import { type Card, cardLogin, cardOf, expectNoComplaints } from './support/citizen.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

/** 跨機關電子查驗: an agency hears yes or no in seconds, and never the household record. */
describe('the residence check', () => {
  const place = sharedPlace();
  const office = agencyUrl(place, 'district-office');
  let browser: Browser;
  let chen: Visitor;
  let page: Page;
  let card: Card;

  beforeAll(async () => {
    browser = await launchBrowser();
    chen = await visitor(browser);
    page = chen.page;
    card = await cardOf(place, 'chen-zhiming');
  });
  afterAll(() => browser?.close());

  test('he applies for a parking permit; the screen says that only yes or no is given, and no signature is needed', async () => {
    await page.goto(office);
    await look(page, '31-district-office');
    await page.locator('#sign-in').click();
    await cardLogin(place, chen, card);
    await page.waitForURL(`${office}/**`);
    await page.locator('input[name="plate"]').fill('ABC-1234');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('#get-my-data').click();
    await page.locator('#grant').waitFor();
    await look(page, '32-residence-consent');
    const text = await page.locator('main').innerText();
    for (const words of ['信路市大安區公所', '只回答是或否，不提供內容', '設籍與資格電子查驗'])
      expect(text).toContain(words);
    expect(text).not.toContain('通行金鑰');
    await page.locator('#grant').click();
  });

  test('the office decides on two answers, signed by the registry, and holds no address', async () => {
    await page.locator('#decision-approved').waitFor();
    await look(page, '33-residence-decision');
    const answers = await page.locator('#received-household-members').innerText();
    expect(answers).toMatch(/戶籍在信路市大安區？\s*是/);
    expect(answers).toMatch(/設籍已滿一年？\s*是/);
    expect(answers).toContain('簽章已驗證');
    expect(await page.content()).not.toContain('建國南路');
  });

  test('his log names the case and the reason, and a second question is refused', async () => {
    await page.locator('#ask-again').click();
    await page.locator('#request-refused').waitFor();
    await page.goto(`${place.urls.consent}/login`);
    await page.goto(`${place.urls.consent}/accesses`);
    const text = await page.locator('main').innerText();
    expect(text).toContain('電子查驗：只回答是或否');
    expect(text).toContain('居民停車證申請案查驗設籍');
    expect(text).not.toContain('建國南路');
    await look(page, '34-residence-log');
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(chen));
});
