import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { report } from './fault.mjs';
import { build, prepare } from './prepare.mjs';
import { root } from './root.mjs';
import { runUnderRuntime } from './run-under-runtime.mjs';

/**
 * `npm test [-- FILTER…]`: all rooms under the pinned Node. The last line is `N passed, N failed`.
 * No test at all is a failure.
 * @returns {Promise<number>} the exit code
 */
export async function test(args) {
  const sumFile = join(root, '.build', 'test-sum.json');
  let sum = { passed: 0, failed: 1, skipped: 0 };
  let code = 1;
  try {
    const runtime = await prepare();
    await build(runtime);
    rmSync(sumFile, { force: true });
    code = await runUnderRuntime(
      runtime,
      [
        join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        ...['run', '--reporter=default', `--reporter=${join(root, 'tools', 'testing', 'sum-reporter.mjs')}`],
        ...args,
      ],
      { env: { XINLU_TEST_SUM: sumFile } },
    );
    sum = JSON.parse(readFileSync(sumFile, 'utf8'));
  } catch (error) {
    report(error);
  }
  if (sum.skipped > 0) process.stdout.write(`${sum.skipped} skipped\n`);
  // A run that vitest itself calls failed is never reported as passed.
  const failed = Math.max(sum.failed, code === 0 ? 0 : 1);
  process.stdout.write(`${sum.passed} passed, ${failed} failed\n`);
  return failed === 0 && sum.passed > 0 ? 0 : 1;
}
