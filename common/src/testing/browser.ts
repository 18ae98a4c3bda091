import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, kept from calling home; `XINLU_CHROMIUM` names another. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['XINLU_CHROMIUM'] ?? '/usr/bin/chromium',
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

/** The tags of axe's rules for WCAG 2.2, levels A and AA. */
export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] as const;

/** A rule of axe that a page breaks, and the elements that break it. */
export type Violation = { id: string; at: string[] };

let axeSource: string | undefined;
const AXE = () =>
  (axeSource ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));

/**
 * What axe finds wrong with the page as it stands: by all of its rules, or by those with these tags. It is run in the page
 * itself and for what is broken alone, which takes a quarter of the time of the runner that gathers frames in a second page;
 * so a page with frames is refused rather than looked at in part.
 */
export async function violationsOf(page: Page, tags?: readonly string[]): Promise<Violation[]> {
  if (page.frames().length > 1) throw new Error(`${page.url()} has frames, which are not looked into`);
  await page.evaluate(AXE());
  const options = {
    resultTypes: ['violations'],
    ...(tags === undefined ? {} : { runOnly: { type: 'tag', values: tags } }),
  };
  const { violations, passed } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(
    ({ violations, passes }) => ({
      violations: violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) })),
      passed: passes.length,
    }))`)) as { violations: Violation[]; passed: number };
  if (passed === 0) throw new Error(`axe has found nothing to look at on ${page.url()}`);
  return violations;
}

/** Whether this run keeps pictures of what it sees (`XINLU_SCREENS=full`). */
export const KEEPS_PICTURES = process.env['XINLU_SCREENS'] === 'full';

/** A picture of the whole page, when this run keeps them. */
export async function photograph(page: Page, path: string): Promise<void> {
  if (!KEEPS_PICTURES) return;
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage: true, caret: 'initial' });
}

const SIDEWAYS = 'document.documentElement.scrollWidth - innerWidth';

/** How many pixels of the page stick out at this width; a page that lays itself out by script has two seconds for it. */
export async function sidewaysAt(page: Page, width: number, height = 900): Promise<number> {
  await page.setViewportSize({ width, height });
  for (let tries = 0; ; tries += 1) {
    const sideways = (await page.evaluate(SIDEWAYS)) as number;
    if (sideways <= 0 || tries === 20) return Math.max(0, sideways);
    await page.waitForTimeout(100);
  }
}
