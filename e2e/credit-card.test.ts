import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import {
  type Card,
  cardLogin,
  cardOf,
  expectNoComplaints,
  insertCard,
  signConsent,
  signInWithCard,
} from './support/citizen.ts';
import { untilShown } from './support/page.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

/** 信用卡線上申辦: another citizen, another party, another purpose and other fields, through the same code. */
describe('the credit card', () => {
  const place = sharedPlace();
  const bank = agencyUrl(place, 'bank');
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
  afterAll(() => browser.close());

  test('his lost card is refused, his new one is taken', async () => {
    await page.goto(bank);
    await look(page, '21-bank');
    await page.locator('#sign-in').click();
    const lost = await cardOf(place, 'chen-zhiming-lost');
    await insertCard(place, chen, lost);
    await signInWithCard(chen, lost);
    await untilShown(page, '#problem', /廢止/);
    await look(page, '22-card-revoked');
    await cardLogin(place, chen, card);
    await page.waitForURL(`${bank}/**`);
  });

  test('a card that is revoked is refused by the responder’s word while the list in force does not know it yet', async () => {
    const li = await cardOf(place, 'li-jianhong');
    const pki = `http://localhost:${place.base + 16}`;
    const other = await visitor(browser);
    await other.page.goto(bank);
    await other.page.locator('#sign-in').click();
    await insertCard(place, other, li);
    const revoked = await fetch(`${pki}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card: 'li-jianhong', list: 'later' }),
    });
    const { serial } = (await revoked.json()) as { serial: string };
    const list = Buffer.from(await (await fetch(`${pki}/crl/moica-g3.crl`)).arrayBuffer()).toString('hex');
    expect(list).not.toContain(serial.toLowerCase());
    await signInWithCard(other, li);
    await untilShown(other.page, '#problem', /廢止/);
    expect(other.complaints).toEqual([]);
    await other.close();
  });

  test('when the bank asks for more than its purpose covers, then he is never asked', async () => {
    await page.locator('input[name="card_kind"]').first().check({ force: true });
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('#get-my-data').waitFor();
    await page.locator('details:has(#ask-too-much) summary').click();
    await page.locator('#ask-too-much').click();
    await page.locator('#excess-refused').waitFor();
    expect(page.url()).toContain(bank);
    await look(page, '23-bank-excess');
  });

  test('when he refuses, then the bank gets nothing and says so kindly', async () => {
    await page.locator('#get-my-data').click();
    await page.locator('#refuse').waitFor();
    await look(page, '24-bank-consent');
    const text = await page.locator('main').innerText();
    expect(text).toContain('信民商業銀行');
    expect(text).not.toContain('學雜費');
    await page.locator('#refuse').click();
    await page.locator('#consent-refused').waitFor();
    expect(page.url()).toContain(bank);
    await look(page, '25-bank-refused');
  });

  test('when he agrees and does not sign, then the bank gets nothing yet', async () => {
    await page.locator('#get-my-data').click();
    await page.locator('#grant').click();
    await page.locator('#refuse').click();
    await page.getByText('還沒有簽署').waitFor();
    expect(page.url()).toContain(place.urls.consent);
    await look(page, '25-bank-not-signed');
  });

  test('when he agrees and signs, by a passkey that he makes there, then the bank decides on exactly these fields, once', async () => {
    await page.locator('#grant').click();
    await signConsent(chen, { pictures: '26-sign-consent', enrol: true });
    await page.locator('#decision-approved').waitFor();
    await look(page, '26-bank-decision');
    const income = await page.locator('#received-tax-income').innerText();
    expect(income).toContain('1,260,000');
    expect(income).not.toContain('信川電子');
    expect(await page.locator('#received-household-members').innerText()).toContain('許雅雯');
    await page.locator('#ask-again').click();
    await page.locator('#request-refused').waitFor();
    expect(await page.locator('#request-refused').innerText()).toContain('consent-used');
    await look(page, '27-bank-once');
  });

  test('his dashboard tells the refusal and the use', async () => {
    await page.goto(`${place.urls.consent}/login`);
    await page.getByRole('heading', { name: '我的同意', level: 1 }).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain('您已拒絕');
    expect(text).toContain('已使用完畢');
    expect(text).not.toContain('林怡君');
    await look(page, '28-dashboard-chen');
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(chen));
});
