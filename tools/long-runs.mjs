import { join } from 'node:path';
import { report } from './fault.mjs';
import { build, prepare } from './prepare.mjs';
import { root } from './root.mjs';
import { runUnderRuntime } from './run-under-runtime.mjs';

/**
 * `npm run bench [NAME]` and `npm run soak [NAME]`.
 * @param {'bench' | 'soak'} kind
 * @returns {Promise<number>} the exit code
 */
export async function longRun(kind, args) {
  try {
    const runtime = await prepare();
    await build(runtime);
    return await runUnderRuntime(runtime, [join(root, 'bench', 'run.ts'), kind, ...args]);
  } catch (error) {
    return report(error);
  }
}
