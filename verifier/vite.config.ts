import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const page = join(import.meta.dirname, 'page');

/** The look uses the system's fonts, so the web fonts of USWDS would only be ballast. */
const withoutWebFonts = {
  postcssPlugin: 'without-web-fonts',
  Once: (sheet: { walkAtRules(name: string, visit: (rule: { remove(): void }) => void): void }) =>
    sheet.walkAtRules('font-face', (rule) => rule.remove()),
};

/** Writes the service worker with the list of what the page needs to work offline. */
const serviceWorker: Plugin = {
  name: 'service-worker',
  apply: 'build',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const files = Object.keys(bundle).filter((name) => /\.(js|css|html)$/.test(name));
    const source = readFileSync(join(page, 'service-worker.js'), 'utf8');
    const list = JSON.stringify(['./', ...files.map((name) => `./${name}`)]);
    this.emitFile({
      type: 'asset',
      fileName: 'service-worker.js',
      source: source.replace('__FILES__', list),
    });
  },
};

export default defineConfig({
  root: page,
  base: './',
  // Nothing inline: the page is served under a strict Content-Security-Policy.
  build: {
    outDir: join(import.meta.dirname, 'dist/page'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // How long plugins take says something of the machine, not of the page.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  css: { postcss: { plugins: [withoutWebFonts] } },
  plugins: [serviceWorker],
  logLevel: 'warn',
});
