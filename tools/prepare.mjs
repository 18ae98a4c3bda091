import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runBuild, staleBuilds } from './builds.mjs';
import { acquireLock } from './lock.mjs';
import { installPackages, packagesAreInstalled } from './packages.mjs';
import { root } from './root.mjs';
import { fetchRuntime, findRuntime } from './runtime.mjs';

/** Says what is being prepared, on standard error so that it never mixes with a command's output. */
export function sayProgress(zh, en) {
  process.stderr.write(`信路 ${zh} | ${en}\n`);
}

/**
 * Brings the pinned Node and the packages of the lock file. Costs a few milliseconds when both are there, needs no
 * right to write then, and lets one process work at a time otherwise.
 * @returns {Promise<{ version: string, node: string, folder: string }>} the pinned Node
 */
export async function prepare({ say = sayProgress, checkout = root } = {}) {
  const ready = findRuntime(checkout);
  if (ready && packagesAreInstalled(checkout)) return ready;
  return oneAtATime(checkout, say, async () => {
    const runtime = findRuntime(checkout) ?? (await fetchRuntime({ say, checkout }));
    if (!packagesAreInstalled(checkout)) await installPackages({ runtime, say, checkout });
    return runtime;
  });
}

/** Brings everything that is built (contracts, console, static pages) up to date, side by side. */
export async function build(runtime, { say = sayProgress, checkout = root } = {}) {
  if (staleBuilds(checkout).length === 0) return;
  await oneAtATime(checkout, say, async () => {
    const stale = staleBuilds(checkout);
    const results = await Promise.allSettled(stale.map((one) => runBuild(one, { runtime, say, checkout })));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  });
}

async function oneAtATime(checkout, say, work) {
  mkdirSync(join(checkout, '.runtime'), { recursive: true });
  const lock = await acquireLock(join(checkout, '.runtime', 'prepare.lock'), {
    waitMilliseconds: Number.POSITIVE_INFINITY,
    onWait: () => say('等候另一個程序備妥套件…', 'Waiting for another process to finish preparing…'),
  });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
