import { spawn } from 'node:child_process';
import { npmEnvironment } from './npm.mjs';
import { root } from './root.mjs';

/**
 * Runs a script under the pinned Node with our terminal, passing signals on.
 * @param {{ node: string, folder: string }} runtime
 * @param {string[]} args script and its arguments
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runUnderRuntime(runtime, args, { env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.node, args, {
      cwd,
      env: { ...npmEnvironment(runtime.folder), ...env },
      stdio: 'inherit',
    });
    // The terminal's Ctrl-C reaches the child by itself; what is sent to us alone must be passed on.
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
  });
}
