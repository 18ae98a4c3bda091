import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from './helpers/cards.ts';
import { type BrowserWorld, startBrowserWorld } from './helpers/devices.ts';
import { NATIONAL_ID } from './helpers/world.ts';

let place: BrowserWorld;
let lin: Card;

beforeAll(async () => {
  place = await startBrowserWorld();
  lin = await place.world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => place?.close());

async function toSignIn(tab: Page, parameters: Record<string, string> = {}) {
  const client = place.party();
  const { url, pending } = await client.begin({ parameters });
  await tab.goto(url);
  return { finish: () => client.complete(new URL(tab.url()), pending) };
}

async function fillCard(tab: Page, nationalId: string, pin: string): Promise<void> {
  await tab.getByLabel('國民身分證統一編號').fill(nationalId);
  await tab.getByLabel('憑證 PIN 碼').fill(pin);
  await tab.getByRole('button', { name: '用自然人憑證登入' }).click();
}

test('in Chromium she logs in by card, enrols a passkey, and next time the passkey is enough', {
  timeout: 120_000,
}, async () => {
  const { world, reader, schoolUrl } = place;
  const { context: own, tab } = await place.device();
  const requests: string[] = [];
  own.on('request', (request) => {
    if (request.url().startsWith(world.url)) requests.push(`${request.url()} ${request.postData() ?? ''}`);
  });
  const faults: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });

  reader.insert(lin);
  const first = await toSignIn(tab);

  await fillCard(tab, 'A298713400', '123456');
  await tab.locator('#problem').getByText('身分證字號不正確').waitFor();

  await fillCard(tab, NATIONAL_ID.lin, '000000');
  await tab.getByText('PIN 碼不正確').waitFor();
  reader.insert(undefined);
  await fillCard(tab, NATIONAL_ID.lin, '123456');
  await tab.getByText('讀卡機裡沒有卡片').waitFor();
  reader.insert(lin);
  await fillCard(tab, NATIONAL_ID.namesake, '123456');
  await tab.getByText('不是同一個人').waitFor();

  await fillCard(tab, NATIONAL_ID.lin, '123456');
  await tab.getByRole('heading', { name: '下次不用插卡' }).waitFor();
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

  expect(requests.join('\n')).toContain('/card/answer');
  expect(requests.join('\n')).not.toContain('123456');
  expect(
    faults.filter((fault) => !/status of 400/.test(fault)),
    world.logLines.slice(-12).join(''),
  ).toEqual([]);
  await own.close();
});
