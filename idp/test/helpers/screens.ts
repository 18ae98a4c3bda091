import AxeBuilder from '@axe-core/playwright';
import { chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const WIDTHS = [360, 1280] as const;
const FULL = process.env['XINLU_SCREENS'] === 'full';
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const launch = () =>
  chromium.launch({
    executablePath: process.env['XINLU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });

/** What can be reached by the keyboard on this page: visible links, buttons, fields, disclosures; of radios one a group. */
const FOCUSABLE = `(() => {
  const seen = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((element) => {
    const box = element.getBoundingClientRect();
    const shown = element.checkVisibility({ visibilityProperty: true }) && box.width > 0;
    if (!shown || element.disabled || element.type === 'hidden') return false;
    if (element.type !== 'radio') return true;
    const first = !seen.has(element.name);
    seen.add(element.name);
    return first;
  }).length;
})()`;
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body || element.id === 'main') return '';
  const style = getComputedStyle(element);
  const choice = element.closest('.xl-choice');
  // A date field is drawn by the browser, which marks the part that has the focus.
  const drawn = element.type === 'date';
  const marked = drawn || style.outlineStyle !== 'none' || style.boxShadow !== 'none' || (choice !== null && getComputedStyle(choice).outlineStyle !== 'none');
  const all = [...document.querySelectorAll('*')];
  return JSON.stringify({ at: all.indexOf(element), marked, what: element.outerHTML.slice(0, 120) });
})()`;

/** Walks through the page by Tab alone: everything that can be used is reached, and one sees where one is. */
async function walk(tab: Page, screen: string): Promise<void> {
  await tab.evaluate('document.activeElement?.blur?.(), window.scrollTo(0, 0)');
  const expected = (await tab.evaluate(FOCUSABLE)) as number;
  const reached = new Set<number>();
  for (let presses = 0; presses < expected + 12 && reached.size < expected; presses += 1) {
    await tab.keyboard.press('Tab');
    const text = (await tab.evaluate(FOCUSED)) as string;
    if (text === '') continue;
    const { at, marked, what } = JSON.parse(text) as { at: number; marked: boolean; what: string };
    expect(marked, `${screen}: focus is not seen on ${what}`).toBe(true);
    reached.add(at);
  }
  expect(reached.size, `${screen}: reached by keyboard`).toBeGreaterThanOrEqual(expected);
}

/**
 * Looks at the page as it is now: nothing to scroll sideways at either width, no violation of WCAG 2.2 A and AA, and all of
 * it within reach of the keyboard. Gives the violations, so that a run tells of all screens. A full run (`XINLU_SCREENS=full`)
 * holds each screen against WCAG at both widths in both languages and takes pictures; the usual one does so at `width` alone.
 */
export async function look(tab: Page, shots: string, screen: string, usual: number): Promise<string[]> {
  const faults: string[] = [];
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 900 });
    const wide = (await tab.evaluate('document.documentElement.scrollWidth')) as number;
    if (wide > width) faults.push(`${screen} at ${width}: ${wide} px wide`);
    if (!FULL && width !== usual) continue;
    const { violations } = await new AxeBuilder({ page: tab as never }).withTags(WCAG).analyze();
    for (const { id, nodes } of violations) faults.push(`${screen} at ${width}: ${id} ${nodes[0]?.html}`);
    if (FULL) await tab.screenshot({ path: `${shots}${screen}-${width}.png`, fullPage: true });
  }
  await walk(tab, screen);
  return faults;
}

/** Presses Tab until the element with this accessible name has the focus. */
export async function tabTo(
  tab: Page,
  role: 'button' | 'link' | 'textbox' | 'radio' | 'checkbox',
  name: string,
) {
  const target = tab.getByRole(role, { name, exact: true }).first();
  await target.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await target.and(tab.locator(':focus')).count()) > 0) return;
    await tab.keyboard.press('Tab');
  }
  throw new Error(`${role} ${name} is not reached by Tab`);
}

export async function press(tab: Page, role: 'button' | 'link', name: string): Promise<void> {
  await tabTo(tab, role, name);
  await tab.keyboard.press('Enter');
}

export async function type(tab: Page, name: string, text: string): Promise<void> {
  await tabTo(tab, 'textbox', name);
  await tab.keyboard.press('Control+A');
  await tab.keyboard.type(text);
}
