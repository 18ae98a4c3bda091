import { photograph, sidewaysAt, violationsOf, WCAG } from '@xinlu/common/testing/browser';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Browser } from './browser.ts';

const WIDTHS = [360, 1280] as const;
const FULL = process.env['XINLU_SCREENS'] === 'full';
const shots = new URL('../../screenshots/', import.meta.url).pathname;

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
/** Notes each element that gets the focus, and whether one sees it there. */
const WATCH_FOCUS = `(() => {
  document.activeElement?.blur?.();
  window.scrollTo(0, 0);
  const reached = new Map();
  const note = ({ target }) => {
    if (target === document.body || target.id === 'main') return;
    const style = getComputedStyle(target);
    const choice = target.closest('.xl-choice');
    // A date field is drawn by the browser, which marks the part that has the focus.
    const drawn = target.type === 'date';
    const marked = drawn || style.outlineStyle !== 'none' || style.boxShadow !== 'none' || (choice !== null && getComputedStyle(choice).outlineStyle !== 'none');
    reached.set(target, marked);
  };
  document.addEventListener('focusin', note);
  window.focusWalk = () => {
    document.removeEventListener('focusin', note);
    return { reached: reached.size, unmarked: [...reached].filter(([, marked]) => !marked).map(([{ outerHTML }]) => outerHTML.slice(0, 120)) };
  };
})()`;

/** Walks through the page by Tab alone: everything that can be used is reached, and one sees where one is. */
async function walk(tab: Page, screen: string): Promise<void> {
  const expected = (await tab.evaluate(FOCUSABLE)) as number;
  await tab.evaluate(WATCH_FOCUS);
  // Some more than there are: a date field has a stop for each of its parts, and the first may lead out of the page.
  for (let presses = 0; presses < expected + 12; presses += 1) await tab.keyboard.press('Tab');
  const { reached, unmarked } = (await tab.evaluate('focusWalk()')) as {
    reached: number;
    unmarked: string[];
  };
  expect(unmarked, `${screen}: focus is not seen`).toEqual([]);
  expect(reached, `${screen}: reached by keyboard`).toBeGreaterThanOrEqual(expected);
}

/**
 * Looks at the page as it is now: nothing to scroll sideways at either width, no violation of WCAG 2.2 A and AA, and all of
 * it within reach of the keyboard. Gives the violations, so that a run tells of all screens. A full run (`XINLU_SCREENS=full`)
 * holds each screen against WCAG at both widths and takes pictures; the usual one does so at `width` alone.
 */
export async function look(tab: Page, screen: string, usual: number): Promise<string[]> {
  const faults: string[] = [];
  for (const width of WIDTHS) {
    const sideways = await sidewaysAt(tab, width);
    if (sideways > 0) faults.push(`${screen} at ${width}: ${sideways} px stick out`);
    if (!FULL && width !== usual) continue;
    for (const { id, at } of await violationsOf(tab, WCAG))
      faults.push(`${screen} at ${width}: ${id} ${at[0]}`);
    await photograph(tab, `${shots}${screen}-${width}.png`);
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
  await tabOn(tab, tab.getByRole(role, { name, exact: true }).first());
}

/** Presses Tab until this element has the focus. */
export async function tabOn(tab: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const element = await target.elementHandle();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await element?.evaluate((own: unknown) => own === Reflect.get(globalThis, 'document').activeElement))
      return;
    await tab.keyboard.press('Tab');
  }
  throw new Error(`${target} is not reached by Tab`);
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

/** Goes on in a real browser where a simulated one has signed in. */
export async function keepCookies(context: BrowserContext, { cookies, origin }: Browser): Promise<void> {
  const { hostname: domain } = new URL(origin);
  await context.addCookies([...cookies].map(([name, { value, path }]) => ({ name, value, path, domain })));
}
