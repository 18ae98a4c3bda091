import { peers } from '@xinlu/common/config';
import { launchBrowser, photograph, sidewaysAt, violationsOf, WCAG } from '@xinlu/common/testing/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Card, webEidToken } from './helpers/cards.ts';
import { startTlsProxy } from './helpers/tls-proxy.ts';
import { freePort, NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const shots = new URL('../screenshots/', import.meta.url).pathname;
let world: World;
let front: Awaited<ReturnType<typeof startTlsProxy>>;
let browser: Browser;
let lin: Card;

beforeAll(async () => {
  const port = await freePort();
  world = await startWorld({
    cardTlsOrigin: `https://localhost:${port}`,
    tlsProxies: peers().read('127.0.0.1'),
  });
  front = await startTlsProxy(world.url, { port });
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await front?.close();
  await world?.close();
});

/** The content script of the Web eID extension, as far as a page can tell; the card signs in the test. */
const EXTENSION = `window.addEventListener('message', async ({ source, data }) => {
  if (source !== window || data?.action !== 'web-eid:authenticate') return;
  window.postMessage({ action: 'web-eid:authenticate-ack' }, window.location.origin);
  const answer = await window.webEidCard(window.location.origin, data.challengeNonce);
  window.postMessage(
    answer.error
      ? { action: 'web-eid:authenticate-failure', error: answer.error }
      : { action: 'web-eid:authenticate-success', ...answer },
    window.location.origin,
  );
});`;

async function open(own: BrowserContext, path = '/sign-in?again=1'): Promise<Page> {
  const tab = await own.newPage();
  await tab.goto(`${world.url}${path}`);
  await tab.locator('#use-web-eid:not([disabled])').waitFor();
  return tab;
}

test('by Web eID: plainly told when the extension is missing or she cancels, signed in when it answers', {
  timeout: 60_000,
}, async () => {
  const own = await browser.newContext({ locale: 'zh-TW' });
  const bare = await open(own);
  await bare.getByRole('button', { name: '用 Web eID 讀卡' }).click();
  await bare.getByRole('alert').filter({ hasText: '沒有 Web eID 延伸套件' }).waitFor();

  let cancelled = true;
  await own.exposeFunction('webEidCard', (origin: string, nonce: string) =>
    cancelled
      ? { error: { code: 'ERR_WEBEID_USER_CANCELLED', message: 'user cancelled' } }
      : webEidToken(lin, origin, nonce),
  );
  await own.addInitScript(EXTENSION);
  const tab = await open(own);
  // By keyboard alone.
  await tab.getByLabel('國民身分證統一編號').fill(NATIONAL_ID.lin);
  await tab.getByRole('button', { name: '用 Web eID 讀卡' }).focus();
  await tab.keyboard.press('Enter');
  await tab.getByRole('alert').filter({ hasText: '沒有完成 Web eID 讀卡' }).waitFor();
  cancelled = false;
  await tab.getByRole('button', { name: '用 Web eID 讀卡' }).click();
  await tab.waitForURL(/\/sign-in\/enrol$/);
  const [login] = await world.database.query<{ acr: string }>(
    'SELECT acr FROM login ORDER BY started_at DESC LIMIT 1',
  );
  expect(login?.acr).toBe('high');
  await own.close();
});

test('by the browser’s own certificate: a real handshake in a window of the TLS host', {
  timeout: 60_000,
}, async () => {
  const pem = (label: string, der: Buffer) =>
    Buffer.from(`-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`);
  const own = await browser.newContext({
    locale: 'zh-TW',
    ignoreHTTPSErrors: true,
    clientCertificates: [
      {
        origin: front.url,
        cert: pem('CERTIFICATE', lin.der),
        key: Buffer.from(lin.key.export({ type: 'pkcs8', format: 'pem' })),
      },
    ],
  });
  const tab = await open(own);
  await tab.getByLabel('國民身分證統一編號').fill(NATIONAL_ID.lin);
  await tab.getByRole('button', { name: '用瀏覽器的憑證登入' }).click();
  await tab.waitForURL(/\/sign-in\/enrol$/, { timeout: 20_000 });
  await own.close();

  const without = await browser.newContext({ locale: 'zh-TW', ignoreHTTPSErrors: true });
  const page = await open(without);
  await page.getByLabel('國民身分證統一編號').fill(NATIONAL_ID.lin);
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: '用瀏覽器的憑證登入' }).click(),
  ]);
  await page.getByRole('alert').filter({ hasText: '瀏覽器沒有出示憑證' }).waitFor();
  expect(await violationsOf(popup)).toEqual([]);
  await photograph(popup, `${shots}card-tls.png`);
  await without.close();
});

test('the sign-in page with all its ways is whole in both languages and widths', {
  timeout: 60_000,
}, async () => {
  const own = await browser.newContext();
  for (const lang of ['zh-TW', 'en']) {
    const tab = await open(own, `/sign-in?again=1&lang=${lang}`);
    for (const width of [360, 1280]) {
      expect(await sidewaysAt(tab, width)).toBe(0);
      await photograph(tab, `${shots}sign-in-ways-${lang}-${width}.png`);
    }
    expect(await violationsOf(tab, WCAG)).toEqual([]);
    await tab.close();
  }
  await own.close();
});
