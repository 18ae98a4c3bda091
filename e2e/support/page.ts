import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

/** Waits until the text of a place matches; with `reload` the page is fetched again each second. */
export async function untilShown(
  page: Page,
  selector: string,
  text: RegExp,
  options: { reload?: boolean; seconds?: number } = {},
): Promise<void> {
  const deadline = Date.now() + (options.seconds ?? 15) * 1000;
  let seen = '';
  while (Date.now() < deadline) {
    seen = await page
      .locator(selector)
      .first()
      .innerText()
      .catch(() => '');
    if (text.test(seen)) return;
    await sleep(options.reload === true ? 1_000 : 100);
    if (options.reload === true) await page.reload();
  }
  throw new Error(`${selector} never showed ${text}; it said: ${seen.slice(0, 500)} (${page.url()})`);
}

/** Follows a link that downloads, and keeps the file. */
export async function saveDownload(page: Page, link: Locator, path: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  await download.saveAs(path);
}
