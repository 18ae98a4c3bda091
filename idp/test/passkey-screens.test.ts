import { mkdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CardComponent, startCardComponent } from './helpers/card-component.ts';
import type { Card } from './helpers/cards.ts';
import { clerkCard, registerOffice } from './helpers/counter.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const shots = new URL('../screenshots/', import.meta.url).pathname;
let world: World;
let component: CardComponent;
let browser: Browser;
let clerks: [Card, Card];

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  component = await startCardComponent();
  world = await startWorld({ cardOrigin: component.origin });
  await registerOffice(world);
  clerks = [await clerkCard(world), await clerkCard(world)];
  browser = await chromium.launch({
    executablePath: process.env['XINLU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});
afterAll(async () => {
  await browser?.close();
  await component?.close();
  await world?.close();
});

type Device = { context: BrowserContext; tab: Page; faults: string[] };

/** Somebody's device with a key in it that confirms whatever is asked. */
async function device(): Promise<Device> {
  const context = await browser.newContext({ locale: 'zh-TW', viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  const faults: string[] = [];
  tab.on('pageerror', (error) => faults.push(error.message));
  const devtools = await context.newCDPSession(tab);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await tab.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  return { context, tab, faults };
}

type View = readonly [lang: string, width: number];
const VIEWS: readonly View[] = [
  ['zh-TW', 360],
  ['en', 1280],
];
/** What has come by a form is seen once; to see it in another language it would have to be sent again. */
const POSTED: readonly View[] = [['zh-TW', 360]];

/** No rule of axe broken, nothing beside the screen. */
async function look(tab: Page, name: string, views = VIEWS): Promise<void> {
  for (const [lang, width] of views) {
    await tab.setViewportSize({ width, height: 900 });
    if (views === VIEWS) {
      const address = new URL(tab.url());
      address.searchParams.set('lang', lang);
      await tab.goto(address.href);
    }
    const { violations } = await new AxeBuilder({ page: tab }).analyze();
    const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }));
    expect(found, `${name} ${lang}`).toEqual([]);
    expect(await tab.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
    await tab.screenshot({ path: `${shots}${name}-${lang}-${width}.png`, fullPage: true });
  }
  if (views === VIEWS) await tab.goto(tab.url().replace('lang=en', 'lang=zh-TW'));
}

async function signInAsClerk(tab: Page, card: Card): Promise<void> {
  component.insert(card);
  await tab.goto(`${world.url}/counter`);
  await tab.getByLabel('憑證 PIN 碼').fill('123456');
  await tab.locator('#use-card').click();
  await tab.waitForURL(/\/(counter|enrol)$/);
  await tab.goto(`${world.url}/counter`);
  await tab.getByRole('heading', { name: '臨櫃註冊' }).waitFor();
}

async function fillPapers(tab: Page, level: '中' | '高'): Promise<string> {
  await tab.getByLabel('國民身分證統一編號').fill(NATIONAL_ID.lin);
  await tab.getByLabel('姓名').fill('林怡君');
  await tab.getByLabel('國民身分證', { exact: true }).check();
  await tab.getByLabel('健保卡').check();
  await tab.getByLabel(new RegExp(`^${level}`)).check();
  await tab.getByRole('button', { name: '查核並產生代碼' }).click();
  await tab.getByRole('heading', { name: '請把代碼交給本人' }).waitFor();
  return (await tab.locator('#counter-code').textContent()) ?? '';
}

/** Presses Tab until what is looked for has the focus. */
async function tabTo(tab: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await tab.keyboard.press('Tab');
    if ((await tab.locator(`${selector}:focus`).count()) === 1) return;
  }
  throw new Error(`${selector} cannot be reached by the keyboard`);
}

describe('in Chromium', () => {
  test('two clerks enrol a person, who makes her passkey by keyboard alone', {
    timeout: 120_000,
  }, async () => {
    const [desk, review, hers] = [await device(), await device(), await device()];
    await signInAsClerk(desk.tab, clerks[0]);
    await look(desk.tab, 'counter-desk');
    await desk.tab.getByRole('button', { name: '查核並產生代碼' }).click();
    await desk.tab.getByRole('alert').getByText('身分證字號不正確').waitFor();
    await look(desk.tab, 'counter-desk-fault', POSTED);
    const code = await fillPapers(desk.tab, '高');
    await look(desk.tab, 'counter-issued', POSTED);

    await signInAsClerk(review.tab, clerks[1]);
    await review.tab.getByText('待您覆核').waitFor();
    await review.tab.getByRole('link', { name: '查看', exact: true }).click();
    await look(review.tab, 'counter-review');
    await review.tab.getByRole('button', { name: '核對無誤，覆核' }).click();
    await review.tab.getByText('已生效，等待民眾使用代碼').waitFor();
    await look(review.tab, 'counter-confirmed');

    const { tab } = hers;
    await tab.goto(world.url);
    await tab.getByRole('link', { name: '輸入臨櫃代碼' }).click();
    await look(tab, 'redeem');
    await tabTo(tab, '#field-code');
    await tab.keyboard.type('2222 2222 2222');
    await tabTo(tab, '#field-national_id');
    await tab.keyboard.type(NATIONAL_ID.lin);
    await tab.keyboard.press('Enter');
    await tab.getByRole('alert').getByText('代碼或身分證字號不正確').waitFor();
    await look(tab, 'redeem-refused', POSTED);
    await tabTo(tab, '#field-code');
    await tab.keyboard.type(code);
    await tabTo(tab, '#field-national_id');
    await tab.keyboard.type(NATIONAL_ID.lin);
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/counter/enrol');
    await look(tab, 'redeem-enrol');
    await tabTo(tab, '#create-passkey');
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/counter/done');
    await look(tab, 'redeem-done');
    await tab.getByRole('link', { name: '現在登入看看' }).click();
    await tab.getByRole('button', { name: '使用通行金鑰' }).click();
    await tab.waitForURL('**/account');
    for (const { context, faults } of [desk, review, hers]) {
      expect(faults).toEqual([]);
      await context.close();
    }
  });

  test('she adds, keeps and removes passkeys, and a recovery is seen and cancelled', {
    timeout: 120_000,
  }, async () => {
    const [phone, counter, found] = [await device(), await device(), await device()];
    const enrol = async ({ tab }: Device, code: string) => {
      await tab.goto(`${world.url}/counter/redeem`);
      await tab.getByLabel('一次性代碼').fill(code);
      await tab.getByLabel('國民身分證統一編號').fill(NATIONAL_ID.lin);
      await tab.getByRole('button', { name: '下一步' }).click();
      await tab.getByRole('button', { name: '建立通行金鑰' }).click();
      await tab.waitForURL('**/counter/done');
    };
    const signIn = async ({ tab }: Device) => {
      await tab.goto(`${world.url}/sign-in`);
      await tab.getByRole('button', { name: '使用通行金鑰' }).click();
      await tab.waitForURL('**/account');
    };
    await world.database.query("UPDATE passkey SET state = 'removed'");
    await signInAsClerk(counter.tab, clerks[0]);
    await enrol(phone, await fillPapers(counter.tab, '中'));
    await signIn(phone);
    await phone.tab.goto(`${world.url}/sign-in/enrol`);
    await phone.tab.getByRole('heading', { name: '再確認一次是您' }).waitFor();
    await look(phone.tab, 'second-factor');
    await phone.tab.goto(`${world.url}/account/passkeys`);
    await phone.tab.getByRole('button', { name: /^移除/ }).first().click();
    await phone.tab.getByRole('heading', { name: '移除正在使用的通行金鑰？' }).waitFor();
    await look(phone.tab, 'remove-own', POSTED);
    await phone.tab.getByRole('link', { name: '保留，返回' }).click();

    await counter.tab.goto(`${world.url}/counter`);
    await enrol(found, await fillPapers(counter.tab, '中'));
    await signIn(found);
    await found.tab.goto(`${world.url}/recovery`);
    await found.tab.getByText('您是用復原得到的通行金鑰登入的').waitFor();
    await look(found.tab, 'recovery');
    await found.tab.goto(`${world.url}/sign-in/enrol`);
    await look(found.tab, 'cooling-off', POSTED);

    // Her old device was signed out by it; its passkey is enough to cancel.
    await phone.tab.goto(`${world.url}/recovery`);
    await look(phone.tab, 'recovery-signed-out');
    await tabTo(phone.tab, '#object');
    await phone.tab.keyboard.press('Enter');
    await phone.tab.waitForURL('**/recovery/cancelled');
    await look(phone.tab, 'recovery-cancelled');
    await signIn(phone);
    for (const { context, faults } of [phone, counter, found]) {
      expect(faults).toEqual([]);
      await context.close();
    }
  });
});
