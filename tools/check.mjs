import { checks } from './checks.mjs';
import { report } from './fault.mjs';
import { build, prepare } from './prepare.mjs';
import { root } from './root.mjs';

/**
 * `npm run check`: types, lint, directions, contracts lint, lock file.
 * @returns {Promise<number>} the exit code
 */
export async function check() {
  try {
    const runtime = await prepare();
    await build(runtime);
    const results = await Promise.all(
      checks.map(async ({ name, run }) => ({ name, ...(await run({ folder: root, runtime })) })),
    );
    for (const { name, ok, output } of results) {
      process.stdout.write(`${ok ? '✔' : '✘'} ${name}\n`);
      if (!ok) process.stdout.write(`${output.trimEnd().replace(/^/gm, '    ')}\n`);
    }
    const failed = results.filter(({ ok }) => !ok).length;
    process.stdout.write(`${results.length - failed} checks passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    return report(error);
  }
}
