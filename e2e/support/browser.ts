import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

export async function launchBrowser(): Promise<Browser> {
  await mkdir(folder, { recursive: true });
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** Requests that left localhost, and faults of page scripts; both must stay empty. */
  complaints: string[];
  close(): Promise<void>;
};

/** Pages under examination: the examiner (axe) applies styles of its own, which the page's policy rightly blocks. */
const examined = new WeakSet<Page>();

/** One person at her own device: a fresh context with a virtual authenticator (CTAP2, resident keys, verified by gesture). */
export async function visitor(browser: Browser, options: { locale?: string } = {}): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: DESKTOP,
    locale: options.locale ?? 'zh-TW',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (examined.has(page)) return;
    if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text()))
      complaints.push(message.text());
  });
  context.on('request', (request) => {
    if (!/^(?:https?:\/\/localhost[:/]|data:|blob:|about:)/.test(request.url()))
      complaints.push(`foreign request ${request.url()}`);
  });
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, context, complaints, close: () => context.close() };
}

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** Pages that lay themselves out by script need a moment after the width changed. */
async function sidewaysOf(page: Page): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const sideways = await page.evaluate<number>(SIDEWAYS);
    if (sideways <= 0 || tries === 20) return sideways;
    await page.waitForTimeout(100);
  }
}

async function shot(page: Page, name: string, width: number): Promise<void> {
  // Nothing may stick out sideways: that is what makes a phone page unreadable.
  const sideways = await sidewaysOf(page);
  expect(sideways, `${name} scrolls sideways at ${width} px (${page.url()})`).toBeLessThanOrEqual(0);
  await page.screenshot({ caret: 'initial', path: `${folder}${name}-${width}.png`, fullPage: true });
}

/** Keeps pictures of a screen at phone and desktop width, and checks it against WCAG 2.2 A and AA. */
export async function look(page: Page, name: string): Promise<void> {
  await page.setViewportSize(PHONE);
  await shot(page, name, PHONE.width);
  await page.setViewportSize(DESKTOP);
  await shot(page, name, DESKTOP.width);
  examined.add(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  await page.waitForTimeout(50);
  examined.delete(page);
  const told = violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`,
  );
  expect(told, `${name} breaks WCAG (${page.url()})`).toEqual([]);
}
