import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeyRing } from '@xinlu/common/keys';
import { createClient } from 'redis';
import { ended, forkReady } from './child.ts';
import type { ConnectorOrder } from './connector-process.ts';
import { type Country, freePort } from './country.ts';
import type { GatewayOrder } from './gateway-process.ts';

/** A process that is ended by -9 and begun again as it was. */
export type Killable = { kill(): Promise<void>; start(): Promise<void> };

export type Gateway = Killable & {
  port: number;
  /** All that its heap holds at this moment, as V8 writes it. */
  heap(): Promise<string>;
  /** Its process, as long as it lives. */
  pid(): number | undefined;
};

const privateJwks = ({ signing, encryption }: KeyRing) => ({
  keys: [signing.privateJwk, ...(encryption === undefined ? [] : [encryption.privateJwk])],
});

/** A gateway in a process of its own, on the country's database and keys. */
export async function startGateway(
  country: Country,
  stores: { redisUrl?: string; prefix: string },
): Promise<Gateway> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-gateway-'));
  const { keys, deps } = country;
  const order: GatewayOrder = {
    port,
    publicUrl: country.url('consent'),
    idpIssuer: country.url('idp'),
    databaseUrl: country.database.url,
    ...stores,
    jwks: privateJwks(keys.consent),
    participants: [...country.view.participants],
    secrets: {
      cookie: Buffer.from(deps.cookieSecret).toString('hex'),
      salt: Buffer.from(deps.saltSecret).toString('hex'),
    },
  };
  let child: ChildProcess | undefined;
  async function start() {
    mkdirSync(folder, { recursive: true });
    const execArgv = ['--heapsnapshot-signal=SIGUSR2'];
    child = await forkReady('./gateway-process.ts', order, { cwd: folder, execArgv });
  }
  await start();
  return {
    port,
    start,
    pid: () => child?.pid,
    async heap() {
      child?.kill('SIGUSR2');
      for (;;) {
        await wait(200);
        const [name] = readdirSync(folder);
        const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
        // Complete once the last list, that of strings, is closed.
        if (/\]\s*\}\s*$/.test(text.slice(-20))) return text;
      }
    },
    async kill() {
      child?.kill('SIGKILL');
      if (child !== undefined) await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The country's agencies, with their connectors, in a process of their own. */
export async function startConnectors(
  country: Country,
  income?: { records: number },
): Promise<Killable & { pid(): number | undefined }> {
  const { household, welfare, tax } = country.keys;
  const order: ConnectorOrder = {
    ports: country.ports,
    databaseUrl: country.database.url,
    gatewayUrl: country.gatewayUrl,
    folder: country.releases,
    income,
    jwks: { household: privateJwks(household), welfare: privateJwks(welfare), tax: privateJwks(tax) },
    participants: [...country.view.participants],
  };
  let child: ChildProcess | undefined;
  const start = async () => {
    child = await forkReady('./connector-process.ts', order);
  };
  await start();
  return {
    start,
    pid: () => child?.pid,
    async kill() {
      child?.kill('SIGKILL');
      if (child !== undefined) await ended(child);
    },
  };
}

export type RedisServer = Killable & { url: string };

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
