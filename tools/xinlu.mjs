#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { report } from './fault.mjs';
import { prepare } from './prepare.mjs';
import { runUnderRuntime } from './run-under-runtime.mjs';

/**
 * `npx xinlu …`: brings the runtime and the packages if they are missing, then runs the command under the pinned
 * Node, in the folder of the caller.
 */
try {
  const runtime = await prepare();
  const main = fileURLToPath(new URL('./command-line.mjs', import.meta.url));
  process.exitCode = await runUnderRuntime(runtime, [main, ...process.argv.slice(2)], { cwd: process.cwd() });
} catch (error) {
  process.exitCode = report(error);
}
