import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Apache, freePort, missingForApache, startApache } from './helpers/apache.ts';
import { Browser } from './helpers/browser.ts';
import { admit, makeSecret, passSignIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const missing = missingForApache();
if (missing !== undefined) {
  if (process.env['CI'] === 'true') throw new Error(`install ${missing}`);
  console.error(`SKIPPED: the test with a real Apache needs the Debian packages ${missing}`);
}

type Info = { userinfo: { name: string }; access_token: string; refresh_token: string };

describe.skipIf(missing !== undefined)("Apache with Debian's mod_auth_openidc", () => {
  let world: World;
  let apache: Apache;
  const nationalId = NATIONAL_ID.lin;

  beforeAll(async () => {
    world = await startWorld();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const { secret, secretSha256 } = makeSecret();
    await admit(
      world,
      'museum',
      {
        authentication: { method: 'client_secret_basic', secretSha256: [secretSha256] },
        grants: ['refresh_token'],
      },
      {
        profile: 'basic',
        redirectUris: [`${url}/private/back`],
        postLogoutRedirectUris: [`${url}/`],
        backchannelLogoutUri: `${url}/private/back?logout=backchannel`,
      },
    );
    apache = await startApache(port, {
      OIDCProviderMetadataURL: `${world.url}/.well-known/openid-configuration`,
      OIDCClientID: 'museum',
      OIDCClientSecret: secret,
      OIDCProviderTokenEndpointAuth: 'client_secret_basic',
      OIDCRedirectURI: `${url}/private/back`,
      OIDCCryptoPassphrase: 'only-for-this-test',
      OIDCPKCEMethod: 'S256',
      OIDCScope: '"openid profile"',
      OIDCIDTokenSignedResponseAlg: 'ES256',
      OIDCInfoHook: 'userinfo access_token refresh_token session',
      OIDCSessionType: 'server-cache',
    });
  });
  afterAll(async () => {
    await apache?.close();
    await world?.close();
  });

  async function enter() {
    const card = await world.issue({ nationalId, name: '林怡君' });
    const [atApache, atIdp] = [new Browser(apache.url), new Browser(world.url)];
    const begun = await atApache.follow('/private/');
    expect(begun.url, `${begun.page} ${await apache.log()}`).toContain(`${world.url}/authorize`);
    const back = await passSignIn(atIdp, begun.url, { card, nationalId });
    const { page } = await atApache.follow(back);
    expect(page, await apache.log()).toBe('members only');
    return { atApache, atIdp, card };
  }

  const info = async (browser: Browser) =>
    (await (await browser.request('/private/back?info=json')).json()) as Info;

  test('logs in, calls userinfo, refreshes, logs out', async () => {
    const { atApache, atIdp } = await enter();
    const before = await info(atApache);
    expect(before.userinfo.name).toBe('林怡君');
    const refresh = new URLSearchParams({
      refresh: `${apache.url}/private/`,
      access_token: before.access_token,
    });
    expect((await atApache.follow(`/private/back?${refresh}`)).page, await apache.log()).toBe('members only');
    const after = await info(atApache);
    expect(after.access_token).not.toBe(before.access_token);
    const userinfo = await fetch(`${world.url}/userinfo`, {
      headers: { authorization: `Bearer ${after.access_token}` },
    });
    expect(await userinfo.json()).toMatchObject({ name: '林怡君' });

    const logout = new URLSearchParams({ logout: `${apache.url}/` });
    const end = await atApache.follow(`/private/back?${logout}`);
    expect(end.url).toContain(`${world.url}/session/end?`);
    const { page } = await atIdp.follow(end.url);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    const left = await atIdp.form('/session/end/confirm', { xsrf, logout: 'yes' });
    expect(left.headers.get('location')).toBe(`${apache.url}/`);
    expect((await atApache.follow('/private/')).url).toContain(`${world.url}/authorize`);
  });

  test('takes our logout token: its session ends with a revoked card', async () => {
    const { atApache, card } = await enter();
    expect((await atApache.follow('/private/')).page).toBe('members only');
    await world.revoke(card);
    await world.composed.applyRevocations();
    let url = '';
    for (let tries = 0; tries < 50 && !url.includes('/authorize'); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      url = (await atApache.follow('/private/')).url;
    }
    expect(url, await apache.log()).toContain(`${world.url}/authorize`);
  });
});
