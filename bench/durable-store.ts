import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Cluster = { url(): string; launch(): Promise<unknown> };
type Postgres = {
  openCluster(options: Record<string, unknown>): Promise<Cluster>;
  stopLeftover(folder: string): Promise<void>;
};

/**
 * The embedded PostgreSQL as the country runs it, every commit flushed to the disk; the tests' own does not flush.
 * TEST_DATABASE_URL names it afterwards.
 *
 * @returns what ends it
 */
export async function openDurableStore(): Promise<() => Promise<void>> {
  const { openCluster, stopLeftover } = (await import(
    new URL('../tools/postgres.mjs', import.meta.url).href
  )) as Postgres;
  const home = mkdtempSync(join(tmpdir(), 'xinlu-durable-'));
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
  });
  await cluster.launch();
  process.env['TEST_DATABASE_URL'] = cluster.url();
  return async () => {
    await stopLeftover(folder);
    rmSync(home, { recursive: true, force: true });
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
