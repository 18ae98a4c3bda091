import * as oauth from 'openid-client';
import { type Browser, pageData } from './browser.ts';
import type { Card } from './cards.ts';
import { admit, discover } from './parties.ts';
import type { World } from './world.ts';

/** A kiosk with keys of its own in the register. */
export async function kioskOf(world: World, id = 'kiosk') {
  const { key, kid } = await admit(
    world,
    id,
    { grants: ['device_code', 'refresh_token'], senderConstraint: 'dpop' },
    { profile: 'basic', redirectUris: [] },
  );
  const config = await discover(world, id, oauth.PrivateKeyJwt({ key, kid }));
  return { config, DPoP: oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256')) };
}

const secretOf = (page: string | undefined) => /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';

/** Types the code; gives the page that comes, with its secret. */
export async function type(browser: Browser, code: string) {
  const xsrf = secretOf((await browser.follow('/device')).page);
  const response = await browser.form('/device', { xsrf, user_code: code });
  const page = await response.text();
  return { status: response.status, page, xsrf: secretOf(page) };
}

export async function confirm(
  browser: Browser,
  code: string,
  xsrf: string,
  answer: 'confirm' | 'abort' = 'confirm',
) {
  return browser.form('/device', { xsrf, user_code: code, [answer]: 'yes' });
}

/** Confirms, and signs in with the card. */
export async function signIn(
  browser: Browser,
  code: string,
  who: { card: Card; nationalId: string },
): Promise<string> {
  const shown = await type(browser, code);
  const onward = await confirm(browser, code, shown.xsrf);
  const { page } = await browser.follow(onward.headers.get('location') ?? '');
  const { json } = await browser.useCard(pageData(page, 'sign-in-data'), who.card, who.nationalId);
  return (await browser.follow(json.next.replace(/\/enrol$/, '/continue'))).page ?? '';
}

/** One poll of the token endpoint, at once. */
export async function poll(
  { config, DPoP }: Awaited<ReturnType<typeof kioskOf>>,
  device: oauth.DeviceAuthorizationResponse,
) {
  return oauth.genericGrantRequest(
    config,
    'urn:ietf:params:oauth:grant-type:device_code',
    { device_code: device.device_code },
    { DPoP },
  );
}
