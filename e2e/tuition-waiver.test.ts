import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, look, type Visitor, visitor } from './support/browser.ts';
import {
  answerEnrolment,
  type Card,
  cardOf,
  emptyReader,
  expectNoComplaints,
  insertCard,
  signConsent,
  signInWithCard,
  signInWithPasskey,
} from './support/citizen.ts';
import { xinlu } from './support/country.ts';
import { saveDownload, untilShown } from './support/page.ts';
import { agencyUrl, sharedPlace } from './support/place.ts';

/** 高中職低收入戶學雜費減免: the journey that crosses every room. Its steps build on one another. */
describe('the tuition waiver', () => {
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
  afterAll(() => browser.close());

  test('1: the portal says in one screen what is running and offers the journeys', async () => {
    await page.goto(place.urls.portal);
    await look(page, '01-portal');
    expect(await page.locator('h1').count()).toBe(1);
    await page
      .getByRole('link', { name: /English/ })
      .first()
      .click();
    await look(page, '01-portal-en');
    await page
      .getByRole('link', { name: /繁體中文|中文/ })
      .first()
      .click();
  });

  test('2: at the school she presses the button', async () => {
    await page.goto(school);
    await look(page, '02-school');
    await page.locator('#sign-in').click();
    await page.waitForURL(`${place.urls.idp}/**`);
    await look(page, '03-sign-in');
  });

  test("3: another person's number, a wrong PIN and an empty reader are refused in plain words", async () => {
    await emptyReader(place);
    await signInWithCard(lin, card);
    await untilShown(page, '#problem', /讀卡機/);
    await insertCard(place, lin, card, '04-card-reader');
    await signInWithCard(lin, card, { pin: '000000' });
    await untilShown(page, '#problem', /PIN/);
    const chen = await cardOf(place, 'chen-zhiming');
    await signInWithCard(lin, card, { nationalId: chen.nationalId });
    await untilShown(page, '#problem', /不是同一個人|身分證/);
    await look(page, '05-sign-in-refused');
  });

  test('4: she logs in with her citizen certificate and enrols a passkey', async () => {
    await signInWithCard(lin, card);
    await answerEnrolment(lin, 'create', '06-passkey-offer');
    await page.waitForURL(`${school}/**`);
    await look(page, '07-school-form');
  });

  test('5: she applies, and the school says what it needs', async () => {
    await page.locator('input[name="student_name"]').fill('林子喆');
    await page.locator('input[name="student_number"]').fill('1');
    await page.getByRole('button', { name: '下一步' }).click();
    await look(page, '08-school-form-fault');
    await page.locator('input[name="student_number"]').fill('1120386');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('#get-my-data').waitFor();
    await look(page, '09-school-asks');
  });

  test('6: the broker shows who asks for what and why; she leaves an optional field out', async () => {
    await page.locator('#get-my-data').click();
    await page.waitForURL(`${place.urls.consent}/**`);
    await page.locator('#grant').waitFor();
    await look(page, '10-consent');
    const text = await page.locator('main').innerText();
    for (const word of ['信路高級中學', '戶政', '社會局', '學雜費', '同意', '不同意'])
      expect(text).toContain(word);
    const optional = page.locator('input[name="field"]:not([disabled])');
    for (const box of await optional.all()) expect(await box.isChecked()).toBe(false);
    await page.locator('input[value="welfare.low-income-status:case_number"]').check({ force: true });
    await page.locator('#grant').click();
    await signConsent(lin, { pictures: '10-sign-consent' });
    await page.waitForURL(`${school}/**`);
  });

  test('7: the school receives exactly the granted fields and shows its decision', async () => {
    await page.locator('#decision-approved').waitFor();
    await look(page, '11-school-decision');
    const household = await page.locator('#received-household-members').innerText();
    const welfare = await page.locator('#received-welfare-low-income-status').innerText();
    expect(household).toContain('林子喆');
    expect(household).toContain('周玉堃');
    expect(household).toContain('簽章已驗證');
    expect(household).toContain('您選擇不提供：');
    expect(household).not.toContain('信義路');
    expect(welfare).toContain('第 1150031827 號');
    expect(await page.locator('main').innerText()).not.toContain(card.nationalId);
  });

  test('8: the next login takes the passkey alone', async () => {
    await page.getByRole('button', { name: '登出' }).click();
    const yes = page.getByRole('button', { name: '登出' });
    await look(page, '12-sign-out');
    await yes.click();
    await page.goto(`${school}/login`);
    await signInWithPasskey(lin, school);
    await page.locator('#decision-approved').waitFor();
  });

  test('9: she sees the accesses in her dashboard, and the proof reaches the chain for good', async () => {
    await page.goto(`${place.urls.consent}/login`);
    await page.getByRole('heading', { name: '我的同意', level: 1 }).waitFor();
    await look(page, '13-dashboard');
    await untilShown(page, 'main', /已上鏈確定/, { reload: true, seconds: 60 });
    await page.getByRole('link', { name: '查看內容' }).first().click();
    await page.getByRole('heading', { name: '收據' }).waitFor();
    await look(page, '14-consent-detail');
  });

  test('10: her receipt and the access record verify offline by npx xinlu verify', async () => {
    const receipt = join(place.data, 'receipt.xinlu.json');
    await saveDownload(page, page.getByRole('link', { name: '下載收據（您同意提供）' }), receipt);
    const valid = await xinlu(['verify', receipt], place);
    expect(valid.out).toContain('有效');
    expect(valid.out).toContain('以通行金鑰親自簽署');
    expect(valid.code).toBe(0);
    const access = join(place.data, 'access.xinlu.json');
    await saveDownload(page, page.getByRole('link', { name: '下載證明' }).first(), access);
    expect((await xinlu(['verify', access], place)).code).toBe(0);
    const live = await xinlu(['verify', receipt, '--rpc', place.urls.chain], place);
    expect(live.code).toBe(0);
  });

  test("11: she withdraws, and the school's next request is refused at once with a clear error", async () => {
    await page.getByRole('link', { name: '撤回這份同意' }).click();
    await look(page, '15-withdraw');
    await page.locator('#withdraw').click();
    await page.getByText('已經停止').waitFor();
    await look(page, '16-withdrawn');
    await page.goto(`${school}/application`);
    await page.locator('#ask-again').click();
    const refusal = page.locator('#request-refused');
    await refusal.waitFor();
    await look(page, '17-school-refused');
    expect(await refusal.innerText()).toContain('consent-withdrawn');
    expect(await refusal.innerText()).toContain('您已撤回同意');
  });

  test('12: the refused access stands in her log', async () => {
    await page.goto(`${place.urls.consent}/accesses`);
    const text = await page.locator('main').innerText();
    expect(text).toContain('已拒絕');
    expect(text).toContain('您已撤回同意');
    await look(page, '18-access-log');
  });

  test('13: her own page lists passkey, card and sign-ins', async () => {
    await page.goto(`${place.urls.idp}/account`);
    await page.getByRole('heading', { name: '我的帳號', level: 1 }).waitFor();
    await look(page, '19-account');
    expect(await page.locator('main').innerText()).not.toContain(card.nationalId);
  });

  test('no page broke its policy or asked a stranger', () => expectNoComplaints(lin));
});
