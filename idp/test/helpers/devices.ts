import { createServer } from 'node:http';
import { createOidcClient } from '@xinlu/common/oidc-client';
import { launchBrowser } from '@xinlu/common/testing/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type CardComponent, startCardComponent } from './card-component.ts';
import { startWorld, type World } from './world.ts';

/** Somebody's device: a browser of its own with a security key in it, and what its pages complained about. */
export type Device = { context: BrowserContext; tab: Page; faults: string[] };

/** What a test in a real browser needs: the world, a card reader, a party to come from, Chromium. */
export type BrowserWorld = {
  world: World;
  reader: CardComponent;
  browser: Browser;
  /** Where the school takes its codes: an address that answers. */
  schoolUrl: string;
  /** A party that sends somebody here and takes her back at that address; the school unless told. */
  party(id?: 'school' | 'broker'): ReturnType<typeof createOidcClient>;
  /** A device whose key confirms whatever is asked; suggestions in a field are offered when its session says `suggest`. */
  device(lang?: string): Promise<Device>;
  close(): Promise<void>;
};

export async function startBrowserWorld(): Promise<BrowserWorld> {
  const site = createServer((_request, response) => response.end('back at the school'));
  await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
  const schoolUrl = `http://localhost:${(site.address() as { port: number }).port}/login/callback`;
  const reader = await startCardComponent();
  const [world, browser] = await Promise.all([
    startWorld({ cardOrigin: reader.origin, school: schoolUrl }),
    launchBrowser(),
  ]);
  return {
    world,
    reader,
    browser,
    schoolUrl,
    party: (id = 'school') =>
      createOidcClient({
        issuer: world.url,
        clientId: id,
        keys: world.keys[id],
        redirectUri: schoolUrl,
        scope: 'openid profile',
        allowHttp: true,
      }),
    async device(lang = 'zh-TW') {
      const context = await browser.newContext({ locale: lang, viewport: { width: 1280, height: 900 } });
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
      await tab.addInitScript(
        "if (sessionStorage.getItem('suggest') === null) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
      );
      return { context, tab, faults };
    },
    async close() {
      await browser.close();
      await reader.close();
      site.close();
      await world.close();
    },
  };
}
