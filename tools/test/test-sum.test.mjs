import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../root.mjs';
import { run } from './fixture/launcher.mjs';

mkdirSync(join(root, '.build'), { recursive: true });
// Inside the checkout, so that a test file there finds vitest.
const folder = mkdtempSync(join(root, '.build', 'sum-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};\n');

/** Runs vitest on one file with the reporter and gives back what it sums. */
async function sumOf(name, text) {
  const sum = join(folder, `${name}.json`);
  writeFileSync(join(folder, `${name}.test.mjs`), text);
  const reporter = join(root, 'tools', 'testing', 'sum-reporter.mjs');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--root', folder, `--reporter=${reporter}`, `${name}.test.mjs`];
  await run(args, { XINLU_TEST_SUM: sum, VITEST: '', VITEST_POOL_ID: '', VITEST_WORKER_ID: '' }).ended;
  return JSON.parse(readFileSync(sum, 'utf8'));
}

describe('the sum of a test run', () => {
  test('when tests pass, fail and are skipped, then each is counted', async () => {
    const text = `import { expect, test } from 'vitest';
      test('a', () => {});
      test('b', () => expect(1).toBe(2));
      test.skip('c', () => {});`;
    expect(await sumOf('mixed', text)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  test('when a file cannot be loaded, then it is a failure', async () => {
    expect(await sumOf('broken', "import './absent.mjs';")).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('when an error is thrown outside of any test, then it is a failure', async () => {
    const text = `import { test } from 'vitest';
      test('a', () => { setTimeout(() => { throw new Error('late'); }); return new Promise((done) => setTimeout(done, 50)); });`;
    expect(await sumOf('late', text)).toMatchObject({ failed: 1 });
  });
});
