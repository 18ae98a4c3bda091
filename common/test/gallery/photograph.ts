/* `node common/test/gallery/photograph.ts [FOLDER]`: a picture of every sample at 360 and 1280 px in both languages. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES } from '../../src/i18n/index.ts';
import { launchBrowser } from '../../src/testing/browser.ts';
import { samples } from './samples.ts';
import { serveGallery } from './serve.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'screenshots');
await mkdir(folder, { recursive: true });
const gallery = await serveGallery();
const browser = await launchBrowser();
try {
  for (const width of [360, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    for (const lang of LANGUAGES) {
      for (const name of Object.keys(samples)) {
        const tab = await context.newPage();
        await tab.goto(`${gallery.url}/${name}?lang=${lang}`);
        await tab.screenshot({ path: join(folder, `${name}-${lang}-${width}.png`), fullPage: true });
        await tab.close();
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await gallery.close();
}
