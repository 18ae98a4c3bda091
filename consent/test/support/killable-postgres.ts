import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, openDatabase } from '@xinlu/common/sql';
import { ended } from './child.ts';
import { freePort } from './country.ts';
import type { Killable } from './gateways.ts';

type Cluster = { url(): string; launch(): Promise<ChildProcess> };

const START_TRIES = 100;

/**
 * A PostgreSQL of our own to be killed. What it said is committed survives that (the processes die, the machine does not, so
 * nothing needs to be flushed to the disk, but `synchronous_commit` must be on).
 */
export async function startPostgres(): Promise<Killable & { open(): Database; stop(): Promise<void> }> {
  const { openCluster } = (await import(new URL('../../../tools/postgres.mjs', import.meta.url).href)) as {
    openCluster(options: object): Promise<Cluster>;
  };
  const home = mkdtempSync(join(tmpdir(), 'xinlu-killable-'));
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const cluster = await openCluster({
    folder: join(home, 'postgres'),
    port: await freePort(),
    password,
    passwordFile,
    logFile: join(home, 'postgres.log'),
    options: { fsync: 'off', synchronous_commit: 'on', full_page_writes: 'off' },
  });
  let child: ChildProcess | undefined;
  async function start() {
    for (let tries = 1; ; tries += 1) {
      try {
        child = await cluster.launch();
        return;
      } catch (error) {
        // The backends of the one before notice a little later that it is gone.
        if (tries === START_TRIES) throw error;
        await wait(50);
      }
    }
  }
  async function end(signal: NodeJS.Signals) {
    child?.kill(signal);
    if (child !== undefined) await ended(child);
  }
  await start();
  return {
    open: () => openDatabase(cluster.url()),
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGINT');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
