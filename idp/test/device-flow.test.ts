import { launchBrowser, photograph, violationsOf, WCAG } from '@xinlu/common/testing/browser';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { confirm, kioskOf, poll, signIn as signInAtDevice, type } from './helpers/kiosk.ts';
import { admit, discover } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let card: Card;

beforeAll(async () => {
  world = await startWorld();
  card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

const kiosk = (id?: string) => kioskOf(world, id);
const signIn = (browser: Browser, code: string) =>
  signInAtDevice(browser, code, { card, nationalId: NATIONAL_ID.lin });

describe('a kiosk (RFC 8628)', () => {
  test('is signed in by her own device, once she has seen what it is', async () => {
    const own = await kiosk();
    const device = await oauth.initiateDeviceAuthorization(own.config, { scope: 'openid profile' });
    expect(device.verification_uri).toBe(`${world.url}/device`);
    await expect(poll(own, device)).rejects.toMatchObject({ error: 'authorization_pending' });
    const browser = new Browser(world.url);
    expect((await browser.follow('/device')).page).toMatch(/class="xl-language" href="[^"]+" hreflang="en"/);
    expect((await browser.follow('/device?lang=en')).page).toContain('hreflang="zh-TW"');
    expect((await browser.follow('/device?lang=zh-TW')).page).toContain('登入自助機');
    const shown = await type(browser, device.user_code.toLowerCase());
    for (const text of ['kiosk', 'kiosk.example', device.user_code]) expect(shown.page).toContain(text);
    expect(await signIn(browser, device.user_code)).toContain('自助機已登入');
    const tokens = await poll(own, device);
    const userinfo = await oauth.fetchUserInfo(own.config, tokens.access_token, oauth.skipSubjectCheck, {
      DPoP: own.DPoP,
    });
    expect(userinfo['name']).toBe('林怡君');
    const refreshed = await oauth.refreshTokenGrant(own.config, tokens.refresh_token ?? '', undefined, {
      DPoP: own.DPoP,
    });
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    // Once only, for the kiosk and for her.
    await expect(poll(own, device)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await type(browser, device.user_code)).page).toContain('沒有這個代碼');
    // Her session ends, and with it what the kiosk holds.
    const _csrf =
      /name="_csrf" value="([^"]+)"/.exec((await browser.follow('/account')).page ?? '')?.[1] ?? '';
    await browser.form('/account/sessions/end', { _csrf });
    await expect(
      oauth.refreshTokenGrant(own.config, tokens.refresh_token ?? '', undefined, { DPoP: own.DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('is not, when she says that it is not hers', async () => {
    const own = await kiosk();
    const device = await oauth.initiateDeviceAuthorization(own.config, { scope: 'openid' });
    const browser = new Browser(world.url);
    const shown = await type(browser, device.user_code);
    expect(await (await confirm(browser, device.user_code, shown.xsrf, 'abort')).text()).toContain('已停止');
    await expect(poll(own, device)).rejects.toMatchObject({ error: 'access_denied' });
  });

  test('takes one of those who confirm its code at the same moment', async () => {
    const own = await kiosk();
    const device = await oauth.initiateDeviceAuthorization(own.config, { scope: 'openid' });
    const tries = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const browser = new Browser(world.url);
        return { browser, ...(await type(browser, device.user_code)) };
      }),
    );
    const answers = await Promise.all(
      tries.map(({ browser, xsrf }) => confirm(browser, device.user_code, xsrf)),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test('gets no code when the party has not registered for it, and one is no good at another client', async () => {
    const { key, kid } = await admit(world, 'office', {});
    const config = await discover(world, 'office', oauth.PrivateKeyJwt({ key, kid }));
    await expect(oauth.initiateDeviceAuthorization(config, { scope: 'openid' })).rejects.toMatchObject({
      error: 'invalid_request',
    });
    const device = await oauth.initiateDeviceAuthorization((await kiosk()).config, { scope: 'openid' });
    await signIn(new Browser(world.url), device.user_code);
    await expect(poll(await kiosk('other-kiosk'), device)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

test('the pages are fit to be seen, in both languages, narrow and wide', async () => {
  const shots = new URL('../screenshots/', import.meta.url).pathname;
  const chrome = await launchBrowser();
  try {
    for (const locale of ['zh-TW', 'en']) {
      const device = await oauth.initiateDeviceAuthorization((await kiosk()).config, { scope: 'openid' });
      const tab = await (
        await chrome.newContext({ locale, viewport: { width: 360, height: 800 } })
      ).newPage();
      await tab.goto(`${world.url}/device`);
      await photograph(tab, `${shots}device-input-${locale}-360.png`);
      await tab.keyboard.press('Tab');
      await tab.fill('[name=user_code]', device.user_code);
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('[name=confirm]');
      await photograph(tab, `${shots}device-confirm-${locale}-360.png`);
      await tab.setViewportSize({ width: 1280, height: 900 });
      await photograph(tab, `${shots}device-confirm-${locale}-1280.png`);
      expect(await violationsOf(tab, WCAG)).toEqual([]);
    }
  } finally {
    await chrome.close();
  }
});

test('codes cannot be guessed: after thirty tries from one address the next is refused', async () => {
  const browser = new Browser(world.url);
  const statuses: number[] = [];
  for (let tries = 0; tries < 40; tries += 1) statuses.push((await type(browser, 'BBBB-BBBB')).status);
  expect(statuses.at(-1)).toBe(429);
});
