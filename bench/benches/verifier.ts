import { join } from 'node:path';
import { launchBrowser } from '@xinlu/common/testing/browser';
import { build } from 'vite';
import { sealedPdf } from '../../verifier/test/support/pdf.ts';
import { newWorld, now, statusListOf, titleDeedOf } from '../../verifier/test/support/world.ts';

type Emit = (line: Record<string, unknown>) => void;
type Bundle = { output: readonly { type: string; code?: string }[] };

const LIMIT_MILLISECONDS = 50;
const ROUNDS = 50;

/** The library as a browser gets it: one module. */
async function bundle(): Promise<string> {
  const entry = join(import.meta.dirname, '../../verifier/src/index.ts');
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['es'] } },
  })) as Bundle | Bundle[];
  const [first] = Array.isArray(built) ? built : [built];
  return first?.output.find(({ type }) => type === 'chunk')?.code ?? '';
}

/** How long one paper takes in Chromium, cold (the first of a fresh page) and once the code is warm. */
async function run(emit: Emit): Promise<void> {
  const world = await newWorld();
  const deed = await titleDeedOf(world.landOffice, { registry: '信路地政事務所', property: 'land' });
  const status = await statusListOf(world.landOffice, 0);
  const file = await world.file('credential', deed, 'land-office', { status });
  const pdf = await sealedPdf(file, world.landOffice);
  const papers = { file: [...Buffer.from(file)], pdf: [...pdf] };
  const code = await bundle();
  const browser = await launchBrowser();
  try {
    for (const [form, bytes] of Object.entries(papers)) {
      const page = await browser.newPage();
      // Web Cryptography is there in secure contexts only, and localhost is one.
      await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      await page.goto('http://localhost/');
      const times = (await page.evaluate(
        async ({ code, bytes, trust, at, rounds }) => {
          const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
          const { verifyPaper } = await import(url);
          const paper = Uint8Array.from(bytes);
          const times: number[] = [];
          for (let round = 0; round < rounds; round++) {
            const began = performance.now();
            const { verdict } = await verifyPaper(paper, { trust, at: new Date(at) });
            times.push(performance.now() - began);
            if (verdict !== 'valid') throw new Error(`the paper is ${verdict}`);
          }
          return times;
        },
        { code, bytes, trust: world.trustText, at: now.toISOString(), rounds: ROUNDS },
      )) as number[];
      const [cold = Number.NaN, ...warm] = times;
      const median = warm.sort((a, b) => a - b)[Math.floor(warm.length / 2)] ?? Number.NaN;
      const report = (which: string, ours: number) =>
        emit({
          what: `a paper as ${form} verified in the browser, ${which}, ms`,
          ours: Math.round(ours * 10) / 10,
          limit: LIMIT_MILLISECONDS,
          ratio: Math.round((ours / LIMIT_MILLISECONDS) * 1000) / 1000,
        });
      report('first of a page', cold);
      report('median after', median);
      if (!(median <= LIMIT_MILLISECONDS)) throw new Error('a limit is passed');
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

export const benches = [
  { name: 'verifier', summary: 'a paper verified in Chromium, against its limit', run },
];
