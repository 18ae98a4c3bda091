import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wards } from '../demo/src/country/guardians.ts';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import { type Card, cardLogin, cardOf, expectNoComplaints } from './support/citizen.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

const CHILD = wards[0]?.nationalId ?? '';

describe('a parent acts for her child at the school', () => {
  const place = sharedPlace();
  const school = agencyUrl(place, 'school');
  let browser: Browser;
  let lin: Visitor;
  let page: Page;
  let card: Card;

  beforeAll(async () => {
    browser = await launchBrowser();
    lin = await visitor(browser);
    page = lin.page;
    card = await cardOf(place, 'lin-yijun');
  });
  afterAll(() => browser?.close());

  test('1: the civil registry confirms her as guardian', async () => {
    await page.goto(`${school}/login`);
    await cardLogin(place, lin, card);
    await page.goto(`${place.urls.idp}/account/mandates/guardian`);
    await page.locator('input[name="ward"]').fill(CHILD);
    await page.getByRole('button', { name: '向戶政機關確認' }).click();
    await page.getByText('戶政機關已確認您是法定代理人').waitFor();
    await look(page, 'guardian-mandates');
  });

  test('2: at the school she chooses to act for him, and the school knows him', async () => {
    await page.goto(school);
    await page.locator('#sign-in-for-other').click();
    await page.waitForURL('**/acting');
    await page.getByLabel('替林子喆辦理').check({ force: true });
    await look(page, 'guardian-acting');
    await page.getByRole('button', { name: '繼續' }).click();
    await page.waitForURL(`${school}/**`);
    await page.getByText('林子喆').first().waitFor();
  });

  test('3: she ends it, and can no longer choose him', async () => {
    await page.goto(`${place.urls.idp}/account/mandates`);
    await page.getByRole('link', { name: '查看與林子喆的代理' }).click();
    await page.getByText('代表登入信路高級中學').waitFor();
    await page.getByRole('button', { name: '結束這項代理' }).click();
    await page.getByText('這項代理已結束').waitFor();
    await page.goto(`${school}/login?for=other`);
    await page.getByText('您目前沒有可以在這裡使用的代理').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('林子喆');
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(lin));
});
