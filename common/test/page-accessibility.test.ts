import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lang } from '../src/i18n/index.ts';
import { launchBrowser, sidewaysAt, violationsOf } from '../src/testing/browser.ts';
import { samples } from './gallery/samples.ts';
import { serveGallery } from './gallery/serve.ts';

let browser: Browser;
let readers: Record<Lang, BrowserContext>;
let gallery: Awaited<ReturnType<typeof serveGallery>>;

beforeAll(async () => {
  gallery = await serveGallery();
  browser = await launchBrowser();
  const [zh, en] = await Promise.all([
    browser.newContext({ locale: 'zh-TW' }),
    browser.newContext({ locale: 'en' }),
  ]);
  readers = { 'zh-TW': zh, en };
});
afterAll(async () => {
  await browser?.close();
  await gallery?.close();
});

/** Opens a sample as a reader in that language would; anything the browser complains about fails the test. */
async function visit(
  name: string,
  lang: Lang,
  width: number,
  work: (tab: Page) => Promise<void>,
): Promise<void> {
  const tab = await readers[lang].newPage();
  try {
    await tab.setViewportSize({ width, height: 800 });
    const complaints: string[] = [];
    tab.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    tab.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    tab.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()} ${response.status()}`);
    });
    await tab.goto(`${gallery.url}/${name}`);
    expect(await tab.getAttribute('html', 'lang')).toBe(lang);
    expect(complaints).toEqual([]);
    await work(tab);
  } finally {
    await tab.close();
  }
}

async function expectAccessible(tab: Page): Promise<void> {
  expect(await violationsOf(tab)).toEqual([]);
}

describe.each(Object.keys(samples))('the sample %s', (name) => {
  test('when read in Chinese on a phone, then it is accessible and does not scroll sideways', () =>
    visit(name, 'zh-TW', 360, async (tab) => {
      expect(await sidewaysAt(tab, 360)).toBe(0);
      await expectAccessible(tab);
    }));

  test('when read in English at a desk, then it is accessible, and on a phone too it does not scroll sideways', () =>
    visit(name, 'en', 1280, async (tab) => {
      await expectAccessible(tab);
      expect([await sidewaysAt(tab, 1280), await sidewaysAt(tab, 360)]).toEqual([0, 0]);
    }));
});

describe('a page in a browser', () => {
  test('when Tab is pressed first, then the skip link is reached, and Enter leads to the main part', async () => {
    await visit('dashboard', 'zh-TW', 1280, async (tab) => {
      await tab.keyboard.press('Tab');
      expect(await tab.evaluate('document.activeElement.getAttribute("href")')).toBe('#main');
      await tab.keyboard.press('Enter');
      expect(await tab.evaluate('document.activeElement.id')).toBe('main');
    });
  });

  test('every control can be hit with a finger: 44 px high on a phone', async () => {
    await visit('consent', 'zh-TW', 360, async (tab) => {
      for (const control of await tab.getByRole('button').all()) {
        const box = await control.boundingBox();
        expect(box?.height, (await control.textContent()) ?? '').toBeGreaterThanOrEqual(44);
      }
    });
  });

  test('when a reader picks English, then the next page is English too', async () => {
    // Her choice is remembered: the last that this reader does.
    await visit('dashboard', 'zh-TW', 1280, async (tab) => {
      await tab.getByRole('link', { name: 'English' }).click();
      expect(new URL(tab.url()).search).toBe('?tab=1&lang=en');
      await tab.goto(`${gallery.url}/login`);
      expect(await tab.getAttribute('html', 'lang')).toBe('en');
    });
  });
});
