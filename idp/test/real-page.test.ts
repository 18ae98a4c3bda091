import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { launchBrowser } from '@xinlu/common/testing/browser';
import type { Browser as Chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, pageData } from './helpers/browser.ts';
import { admit } from './helpers/parties.ts';
import { keepCookies } from './helpers/screens.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

/** The published build of oidc-client-ts for browsers. */
const LIBRARY = join(
  dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')),
  'dist/browser/oidc-client-ts.min.js',
);

let world: World;
let site: Server;
let url: string;
let browser: Chromium;

beforeAll(async () => {
  world = await startWorld();
  const library = await readFile(LIBRARY);
  site = createServer((request, response) => {
    if (request.url === '/library.js')
      return response.setHeader('content-type', 'text/javascript').end(library);
    return response
      .setHeader('content-type', 'text/html')
      .end(
        '<!doctype html><title>page</title><script src="/library.js"></script><p>the page of a library</p>',
      );
  });
  await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(site.address() as { port: number }).port}`;
  await admit(
    world,
    'page',
    { authentication: { method: 'none' }, grants: ['refresh_token'] },
    { profile: 'basic', redirectUris: [`${url}/callback`], postLogoutRedirectUris: [`${url}/`] },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await world?.close();
});

/** Runs in the page: the library's own UserManager, kept for the calls that follow. */
const manager = (authority: string, origin: string) => `
  window.manager ??= new oidc.UserManager({
    authority: ${JSON.stringify(authority)},
    client_id: 'page',
    redirect_uri: ${JSON.stringify(`${origin}/callback`)},
    post_logout_redirect_uri: ${JSON.stringify(`${origin}/`)},
    scope: 'openid profile',
    loadUserInfo: true,
    automaticSilentRenew: false,
  });`;

test('oidc-client-ts in Chromium, a public client with PKCE: logs in, calls userinfo, renews silently, logs out', async () => {
  // She is signed in at the identity provider already, in this very browser.
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  const her = new Browser(world.url);
  const { page } = await her.follow('/sign-in');
  expect((await her.useCard(pageData(page, 'sign-in-data'), card, NATIONAL_ID.lin)).status).toBe(200);
  const context = await browser.newContext({ locale: 'zh-TW' });
  await keepCookies(context, her);
  const tab = await context.newPage();
  const failures: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') failures.push(message.text());
  });
  const run = <T>(script: string): Promise<T> =>
    tab.evaluate(`(async () => { ${manager(world.url, url)} ${script} })()`) as Promise<T>;

  await tab.goto(`${url}/`);
  await Promise.all([tab.waitForURL(`${url}/callback?**`), run('void manager.signinRedirect();')]);
  type User = { access_token: string; refresh_token: string; profile: { name: string; sub: string } };
  const user = await run<User>(
    'return JSON.parse((await manager.signinRedirectCallback()).toStorageString());',
  );
  expect(user.profile.name).toBe('林怡君');

  const renewed = await run<User>('return JSON.parse((await manager.signinSilent()).toStorageString());');
  expect(renewed.profile.sub).toBe(user.profile.sub);
  expect(renewed.access_token).not.toBe(user.access_token);
  expect(renewed.refresh_token).not.toBe(user.refresh_token);
  expect(failures).toEqual([]);

  await Promise.all([tab.waitForURL(`${world.url}/session/end?**`), run('void manager.signoutRedirect();')]);
  await Promise.all([tab.waitForURL(`${url}/`), tab.click('button[name=logout]')]);
  const after = await fetch(`${world.url}/userinfo`, {
    headers: { authorization: `Bearer ${renewed.access_token}` },
  });
  expect(after.status).toBe(401);

  // Another origin's page gets no answer of ours to read, whatever client it names.
  await tab.goto(`${url.replace('localhost', '127.0.0.1')}/`);
  const read = await tab.evaluate(
    `fetch(${JSON.stringify(`${world.url}/token`)}, { method: 'POST', body: new URLSearchParams({ client_id: 'page', grant_type: 'refresh_token', refresh_token: 'x' }) }).then((r) => r.status, () => 'blocked')`,
  );
  expect(read).toBe('blocked');
});
