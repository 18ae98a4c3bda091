import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { type Country, freePort } from './country.ts';
import type { GatewayOrder } from './gateway-process.ts';

export type Gateway = {
  port: number;
  /** All that its heap holds at this moment, as V8 writes it. */
  heap(): Promise<string>;
  kill(): Promise<void>;
};

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** A gateway in a process of its own, on the country's database and keys. */
export async function startGateway(
  country: Country,
  stores: { redisUrl?: string; prefix: string },
): Promise<Gateway> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-gateway-'));
  const { keys, deps } = country;
  const { signing, encryption } = keys.consent;
  const order: GatewayOrder = {
    port,
    publicUrl: country.url('consent'),
    idpIssuer: country.url('idp'),
    databaseUrl: country.database.url,
    ...stores,
    jwks: { keys: [signing.privateJwk, ...(encryption === undefined ? [] : [encryption.privateJwk])] },
    participants: [...country.view.participants],
    secrets: {
      cookie: Buffer.from(deps.cookieSecret).toString('hex'),
      salt: Buffer.from(deps.saltSecret).toString('hex'),
    },
  };
  const child = fork(fileURLToPath(new URL('./gateway-process.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: folder,
    execArgv: ['--heapsnapshot-signal=SIGUSR2'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`a gateway ended at its start with ${code}`)));
  });
  child.send(order);
  await ready;
  return {
    port,
    async heap() {
      child.kill('SIGUSR2');
      for (;;) {
        await wait(200);
        const [name] = readdirSync(folder);
        const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
        // Complete once the last list, that of strings, is closed.
        if (/\]\s*\}\s*$/.test(text.slice(-20))) return text;
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type RedisServer = { url: string; kill(): Promise<void>; start(): Promise<void> };

/** A Redis of our own that keeps nothing: killed and started again it is empty, as a replica that lagged would be. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  async function start() {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn('redis-server', options, { stdio: 'ignore', cwd: '/tmp' });
    child.on('error', () => undefined);
    const probe = createClient({ url, socket: { reconnectStrategy: () => 50 } });
    probe.on('error', () => undefined);
    await probe.connect();
    await probe.ping();
    probe.destroy();
  }
  await start();
  return {
    url,
    start,
    async kill() {
      child?.kill('SIGKILL');
      if (child !== undefined) await ended(child);
    },
  };
}
