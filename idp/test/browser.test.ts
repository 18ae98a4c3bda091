import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createOidcClient } from '@xinlu/common/oidc-client';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CardComponent, startCardComponent } from './helpers/card-component.ts';
import type { Card } from './helpers/cards.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const shots = new URL('../screenshots/', import.meta.url).pathname;
let world: World;
let component: CardComponent;
let browser: Browser;
let school: Server;
let schoolUrl: string;
let lin: Card;

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  component = await startCardComponent();
  school = createServer((_request, response) => response.end('back at the school'));
  await new Promise<void>((resolve) => void school.listen(0, '127.0.0.1', resolve));
  schoolUrl = `http://localhost:${(school.address() as { port: number }).port}/login/callback`;
  world = await startWorld({ cardOrigin: component.origin, school: schoolUrl });
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  browser = await chromium.launch({
    executablePath: process.env['XINLU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await component?.close();
  school?.close();
  await world?.close();
});

async function context(): Promise<{
  context: BrowserContext;
  tab: Page;
}> {
  const made = await browser.newContext({ locale: 'zh-TW', viewport: { width: 1280, height: 900 } });
  const tab = await made.newPage();
  const devtools = await made.newCDPSession(tab);
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
  // The virtual authenticator confirms whatever is asked, suggestions in a field included: they are offered when told.
  await tab.addInitScript(
    "if (sessionStorage.getItem('suggest') === null) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
  );
  return { context: made, tab };
}

async function photograph(tab: Page, name: string): Promise<void> {
  for (const width of [360, 1280]) {
    await tab.setViewportSize({ width, height: 900 });
    expect(
      await tab.evaluate('document.documentElement.scrollWidth'),
      `${name} at ${width}`,
    ).toBeLessThanOrEqual(width);
    await tab.screenshot({ path: `${shots}${name}-${width}.png`, fullPage: true });
  }
}

async function toSignIn(tab: Page, parameters: Record<string, string> = {}) {
  const client = createOidcClient({
    issuer: world.url,
    clientId: 'school',
    keys: world.keys.school,
    redirectUri: schoolUrl,
    scope: 'openid profile',
    allowHttp: true,
  });
  const { url, pending } = await client.begin({ parameters });
  await tab.goto(url);
  return { finish: () => client.complete(new URL(tab.url()), pending) };
}

async function fillCard(tab: Page, nationalId: string, pin: string): Promise<void> {
  await tab.getByLabel('國民身分證統一編號').fill(nationalId);
  await tab.getByLabel('憑證 PIN 碼').fill(pin);
  await tab.getByRole('button', { name: '用自然人憑證登入' }).click();
}

describe('in Chromium', () => {
  test('she logs in by card, enrols a passkey, and next time the passkey is enough', {
    timeout: 120_000,
  }, async () => {
    const { context: own, tab } = await context();
    const requests: string[] = [];
    own.on('request', (request) => {
      if (request.url().startsWith(world.url)) requests.push(`${request.url()} ${request.postData() ?? ''}`);
    });
    const faults: string[] = [];
    tab.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });

    component.insert(lin);
    const first = await toSignIn(tab);
    await photograph(tab, 'sign-in');
    await tab.goto(`${tab.url()}?lang=en`);
    await photograph(tab, 'sign-in-en');
    await tab.goto(`${tab.url().replace('?lang=en', '')}?lang=zh-TW`);

    await fillCard(tab, 'A298713400', '123456');
    await tab.locator('#problem').getByText('身分證字號不正確').waitFor();
    await photograph(tab, 'sign-in-mistyped');

    await fillCard(tab, NATIONAL_ID.lin, '000000');
    await tab.getByText('PIN 碼不正確').waitFor();
    component.insert(undefined);
    await fillCard(tab, NATIONAL_ID.lin, '123456');
    await tab.getByText('讀卡機裡沒有卡片').waitFor();
    component.insert(lin);
    await fillCard(tab, NATIONAL_ID.namesake, '123456');
    await tab.getByText('不是同一個人').waitFor();
    await photograph(tab, 'sign-in-refused');

    await fillCard(tab, NATIONAL_ID.lin, '123456');
    await tab.getByRole('heading', { name: '下次不用插卡' }).waitFor();
    await photograph(tab, 'enrol');
    await tab.getByLabel('為這把通行金鑰取個名字').fill('我的筆電');
    await tab.getByRole('button', { name: '建立通行金鑰' }).click();
    await tab.waitForURL(`${schoolUrl}?**`);
    const { claims } = await first.finish();
    expect(claims).toMatchObject({ name: '林怡君', acr: 'substantial' });

    const second = await toSignIn(tab, { prompt: 'login' });
    await tab.getByText('要再確認一次是您本人').waitFor();
    await tab.getByRole('button', { name: '使用通行金鑰' }).click();
    await tab.waitForURL(`${schoolUrl}?**`);
    expect((await second.finish()).claims).toMatchObject({ sub: claims.sub, amr: ['pop', 'user', 'mfa'] });

    await tab.goto(world.url);
    await tab.evaluate("sessionStorage.setItem('suggest', 'yes')");
    // Autofill: what she picks in the field is enough, without the button.
    const third = await toSignIn(tab, { prompt: 'login' });
    await tab.waitForURL(`${schoolUrl}?**`);
    expect((await third.finish()).claims).toMatchObject({ sub: claims.sub, amr: ['pop', 'user', 'mfa'] });

    await tab.goto(`${world.url}/account/passkeys`);
    await tab.getByRole('heading', { name: '我的筆電' }).waitFor();
    await photograph(tab, 'account');

    expect(requests.join('\n')).toContain('/card/answer');
    expect(requests.join('\n')).not.toContain('123456');
    expect(
      faults.filter((fault) => !/status of 400/.test(fault)),
      world.logLines.slice(-12).join(''),
    ).toEqual([]);
    await own.close();
  });

  test('the other pages', { timeout: 60_000 }, async () => {
    const { context: own, tab } = await context();
    component.insert(lin);
    await tab.goto(world.url);
    await photograph(tab, 'home');
    const { finish } = await toSignIn(tab);
    await fillCard(tab, NATIONAL_ID.lin, '123456');
    await tab.waitForURL(`${schoolUrl}?**`);
    const { idToken } = await finish();
    await tab.goto(`${world.url}/session/end?id_token_hint=${idToken}`);
    await photograph(tab, 'logout');
    await tab.getByRole('button', { name: '登出' }).click();
    await tab.getByText('您已登出').waitFor();
    await photograph(tab, 'logged-out');
    await tab.goto(`${world.url}/interaction/nothing-here`);
    await photograph(tab, 'expired');
    await tab.goto(`${world.url}/authorize?client_id=nobody`);
    await photograph(tab, 'unknown-party');
    await tab.goto(`${world.url}/nowhere`);
    await photograph(tab, 'not-found');
    await own.close();
  });
});
