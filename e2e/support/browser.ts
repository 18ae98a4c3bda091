import { fileURLToPath } from 'node:url';
import { launchBrowser, photograph, sidewaysAt, violationsOf, WCAG } from '@xinlu/common/testing/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

export { launchBrowser };

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

async function shot(page: Page, name: string, { width, height }: typeof PHONE): Promise<void> {
  // Nothing may stick out sideways: that is what makes a phone page unreadable.
  const sideways = await sidewaysAt(page, width, height);
  expect(sideways, `${name} scrolls sideways at ${width} px (${page.url()})`).toBe(0);
  await photograph(page, `${folder}${name}-${width}.png`);
}

/** Looks at a screen at phone and desktop width, and checks it against WCAG 2.2 A and AA. */
export async function look(page: Page, name: string): Promise<void> {
  await shot(page, name, PHONE);
  await shot(page, name, DESKTOP);
  examined.add(page);
  const violations = await violationsOf(page, WCAG);
  await page.waitForTimeout(50);
  examined.delete(page);
  expect(violations, `${name} breaks WCAG (${page.url()})`).toEqual([]);
}
