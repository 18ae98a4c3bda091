import { launchBrowser } from '@xinlu/common/testing/browser';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { texts } from '../src/locales/index.ts';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { confirm, kioskOf, poll, signIn as signInAtDevice, type } from './helpers/kiosk.ts';
import { admit, discover } from './helpers/parties.ts';
import { keepCookies, look, press, type as typeInto } from './helpers/screens.ts';
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

test.each(['zh-TW', 'en'] as const)(
  'its pages, by keyboard, without a fault of WCAG 2.2 A or AA: %s',
  async (locale) => {
    const t = texts(locale);
    const her = new Browser(world.url);
    await signIn(
      her,
      (await oauth.initiateDeviceAuthorization((await kiosk()).config, { scope: 'openid' })).user_code,
    );
    const chrome = await launchBrowser();
    const faults: string[] = [];
    try {
      const context = await chrome.newContext({ locale });
      await keepCookies(context, her);
      const tab = await context.newPage();
      const see = async (screen: string) =>
        void faults.push(...(await look(tab, `device-${locale}-${screen}`, locale === 'en' ? 1280 : 360)));
      const codeTyped = async () => {
        const device = await oauth.initiateDeviceAuthorization((await kiosk()).config, { scope: 'openid' });
        await tab.goto(`${world.url}/device`);
        await see('input');
        await typeInto(tab, t('device.code'), device.user_code);
        await press(tab, 'button', t('device.continue'));
        await tab.waitForSelector('[name=confirm]');
        await see('confirm');
      };
      await codeTyped();
      await press(tab, 'button', t('device.no'));
      await tab.getByText(t('device.fault.stopped')).waitFor();
      await see('stopped');
      await codeTyped();
      await press(tab, 'button', t('device.yes'));
      await tab.getByText(t('device.done-title')).first().waitFor();
      await see('done');
      expect(faults).toEqual([]);
    } finally {
      await chrome.close();
    }
  },
);

test('codes cannot be guessed: after thirty tries from one address the next is refused', async () => {
  const browser = new Browser(world.url);
  const statuses: number[] = [];
  for (let tries = 0; tries < 40; tries += 1) statuses.push((await type(browser, 'BBBB-BBBB')).status);
  expect(statuses.at(-1)).toBe(429);
});
