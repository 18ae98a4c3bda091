import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wards } from '../demo/src/country/guardians.ts';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import {
  answerEnrolment,
  type Card,
  cardLogin,
  cardOf,
  expectNoComplaints,
  signConsent,
} from './support/citizen.ts';
import { untilShown } from './support/page.ts';
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
    // Whatever she has elsewhere: a passkey on this device, to sign with.
    await page.goto(`${place.urls.idp}/sign-in/enrol`);
    await answerEnrolment(lin, 'create');
    await page.waitForURL('**/account/passkeys**');
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

  test('3: she consents to what the school asks about him, in his name', async () => {
    await page.locator('input[name="student_name"]').fill('林子喆');
    await page.locator('input[name="student_number"]').fill('1120386');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('#get-my-data').click();
    await page.waitForURL('**/acting');
    await page.getByLabel('替林子喆辦理').check({ force: true });
    await page.getByRole('button', { name: '繼續' }).click();
    await page.locator('#grant').waitFor();
    await page.getByText('您正在替別人決定').waitFor();
    await look(page, 'guardian-consent');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByText('You are deciding for another person').waitFor();
    await look(page, 'guardian-consent-en');
    await page.getByRole('link', { name: /中文/ }).first().click();
    await page.getByText('您正在替別人決定').waitFor();
    await page.locator('#grant').click();
    await signConsent(lin, { pictures: 'guardian-sign-consent' });
    await page.locator('#decision-approved').waitFor();
    expect(await page.locator('#received-household-members').innerText()).toContain('林子喆');
  });

  test('4: her own pages show it, and in whose name', async () => {
    await page.goto(`${place.urls.consent}/`);
    await page.getByRole('heading', { name: '我的同意', level: 1 }).waitFor();
    await untilShown(page, 'main', /替別人同意/);
    await look(page, 'guardian-dashboard');
  });

  test('5: she ends it, can no longer choose him, and the consent ends with it', async () => {
    await page.goto(`${place.urls.idp}/account/mandates`);
    await page.getByRole('link', { name: '查看與林子喆的代理' }).click();
    await page.getByText('代表登入信路高級中學').waitFor();
    await page.getByRole('button', { name: '結束這項代理' }).click();
    await page.getByText('這項代理已結束').waitFor();
    await page.goto(`${school}/login?for=other`);
    await page.getByText('您目前沒有可以在這裡使用的代理').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('林子喆');
    // The end of a mandate signs her out at the broker too, whenever word of it comes there.
    const shown = async () => {
      await page.goto(`${place.urls.consent}/login`);
      return page.locator('main').innerText();
    };
    await expect.poll(shown, { timeout: 20_000, interval: 1_000 }).toMatch(/代理已結束，同意隨之終止/);
    await look(page, 'guardian-lapsed');
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(lin));
});
