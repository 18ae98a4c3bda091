import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Cluster = { url(): string; launch(): Promise<{ pid?: number }> };
type Postgres = {
  openCluster(options: Record<string, unknown>): Promise<Cluster>;
  stopLeftover(folder: string): Promise<void>;
};

export type DurableStore = {
  /** SIGKILL for the server; its backends end by themselves. */
  kill(): Promise<void>;
  /** Starts it again after a kill, or after it gave up. */
  start(): Promise<void>;
  close(): Promise<void>;
};

/**
 * The embedded PostgreSQL as the country runs it, every commit flushed to the disk; the tests' own does not flush.
 * TEST_DATABASE_URL names it afterwards.
 *
 * @param parent folder in which it makes its own
 */
export async function startDurableStore(
  parent = tmpdir(),
  options: Record<string, string> = {},
): Promise<DurableStore> {
  const { openCluster, stopLeftover } = (await import(
    new URL('../tools/postgres.mjs', import.meta.url).href
  )) as Postgres;
  const home = mkdtempSync(join(parent, 'xinlu-durable-'));
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const folder = join(home, 'postgres');
  const cluster = await openCluster({
    folder,
    port: await freePort(),
    password,
    passwordFile,
    logFile: join(home, 'postgres.log'),
    options,
  });
  let child = await cluster.launch();
  process.env['TEST_DATABASE_URL'] = cluster.url();
  return {
    async kill() {
      if (child.pid) process.kill(child.pid, 'SIGKILL');
    },
    async start() {
      await stopLeftover(folder);
      // Backends of the one that was killed may still hold its memory.
      for (let left = 40; ; left--) {
        try {
          child = await cluster.launch();
          return;
        } catch (error) {
          if (left === 0) throw error;
          await sleep(250);
        }
      }
    },
    async close() {
      await stopLeftover(folder);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @returns what ends it */
export async function openDurableStore(): Promise<() => Promise<void>> {
  return (await startDurableStore()).close;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
