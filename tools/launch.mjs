#!/usr/bin/env node
import { report } from './fault.mjs';

/**
 * The launcher: plain JavaScript for any Node from 20 on, because it runs before the pinned Node and the packages
 * are there. What needs them is imported when its turn comes.
 */
const commands = {
  start: async () => (await import('./start.mjs')).start(),
  test: async (args) => (await import('./test.mjs')).test(args),
  build: async () => {
    const { build, prepare } = await import('./prepare.mjs');
    await build(await prepare());
    return 0;
  },
  check: async () => (await import('./check.mjs')).check(),
  bench: async (args) => (await import('./long-runs.mjs')).longRun('bench', args),
  soak: async (args) => (await import('./long-runs.mjs')).longRun('soak', args),
};

const [name = 'start', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  process.stderr.write(`launch: ${name}? ${Object.keys(commands).join(' | ')}\n`);
  process.exitCode = 64;
} else {
  try {
    process.exitCode = await command(args);
  } catch (error) {
    process.exitCode = report(error);
  }
  process.exit();
}
