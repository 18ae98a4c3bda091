import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeys, type KeyRing, keyRing } from '@xinlu/common/keys';
import type { Database } from '@xinlu/common/sql';
import { fakeRegister, makeKeys, testDatabase } from '@xinlu/common/testing';
import { type Anvil, devKeys, startAnvil } from '@xinlu/contracts/testing';
import { type NoteKey, noteKey, paperTypes } from '@xinlu/verifier';
import { participant } from './country.ts';

const main = new URL('../../../src/main.ts', import.meta.url).pathname;

export type RunningLedger = {
  url: string;
  database: Database;
  folder: string;
  trustFile: string;
  anvil: Anvil;
  landOffice: KeyRing;
  broker: KeyRing;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again and waits until it answers, and is ready unless told otherwise. */
  start(until?: 'ready' | 'health'): Promise<void>;
  /** Another process of the same log: same database, tiles and keys, an address of its own. */
  another(): Promise<FrontEnd>;
  close(): Promise<void>;
};

export type FrontEnd = {
  url: string;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export type LedgerOptions = {
  /** Gives the log's key to whoever starts the witnesses, and gets their policy. */
  witnesses?: (log: NoteKey) => Promise<{ quorum: number; witnesses: { vkey: string; url: string }[] }>;
  /** Address of a chain that stands already; without it one is started. */
  chain?: string;
};

/** The real service in a process of its own, with a register, a chain and a database. */
export async function runLedger({ witnesses, chain }: LedgerOptions = {}): Promise<RunningLedger> {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-service-'));
  const database = await testDatabase();
  const anvil = chain
    ? { url: chain, pid: 0, stop: async () => undefined }
    : await startAnvil(['--block-time', '1']);
  const [landOffice, broker] = await Promise.all([makeKeys(), makeKeys()]);
  const ledgerJwks = await generateKeys();
  const register = await fakeRegister([
    participant('land-office', landOffice, {
      roles: ['issuer', 'submitter'],
      issuer: { credentialTypes: [paperTypes['land-title-deed'].vct] },
    }),
    participant('consent', broker, { roles: ['broker', 'submitter'] }),
    participant('household', await makeKeys(), { roles: ['provider'] }),
    participant('ledger', keyRing(ledgerJwks), { roles: ['operator'] }),
  ]);
  const registerServer = await serveText(register.snapshotJws);
  const port = await freePort();
  const log = generateKeyPairSync('ed25519');
  const logKey = log.privateKey.export({ type: 'pkcs8', format: 'pem' });
  await Promise.all([
    writeFile(join(folder, 'ledger.jwks.json'), JSON.stringify(ledgerJwks)),
    writeFile(join(folder, 'register.public.json'), JSON.stringify(register.keys.publicJwks)),
    writeFile(join(folder, 'log.key'), logKey),
    writeFile(join(folder, 'anchor.key'), `${devKeys[0]}\n`),
  ]);
  const url = `http://localhost:${port}`;
  const env = {
    ...process.env,
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
    REDIS_URL: '',
    DATA_DIR: folder,
    PARTICIPANT_ID: 'ledger',
    KEYS_FILE: join(folder, 'ledger.jwks.json'),
    REGISTER_URL: `http://127.0.0.1:${(registerServer.address() as AddressInfo).port}`,
    REGISTER_KEYS_FILE: join(folder, 'register.public.json'),
    COOKIE_SECRET: '00'.repeat(32),
    LOG_LEVEL: 'warn',
    CHAIN_RPC_URL: anvil.url,
    CHAIN_ID: '31337',
    ANCHOR_KEY_FILE: join(folder, 'anchor.key'),
    ANCHOR_FILE: join(folder, 'anchor.json'),
    LOG_KEY_FILE: join(folder, 'log.key'),
    LOG_ORIGIN: `localhost:${port}/log`,
    TILES_DIR: join(folder, 'tiles'),
    TRUST_FILE: join(folder, 'trust.json'),
    WITNESS_FILE: '',
    XINLU_LIFELINE: 'stdin',
  };
  if (witnesses) {
    const { x = '' } = log.publicKey.export({ format: 'jwk' });
    const policy = await witnesses(noteKey(env.LOG_ORIGIN, new Uint8Array(Buffer.from(x, 'base64url'))));
    env.WITNESS_FILE = join(folder, 'witnesses.json');
    await writeFile(env.WITNESS_FILE, JSON.stringify(policy));
  }
  const frontEnd = (over: Partial<typeof env> & { PUBLIC_URL: string }) => {
    let child: ChildProcess | undefined;
    const { PUBLIC_URL: address } = over;
    return {
      url: address,
      async kill() {
        if (!child) return;
        child.kill('SIGKILL');
        await ended(child);
      },
      async start(path: 'ready' | 'health' = 'ready') {
        child = run({ ...env, ...over }, 'serve', '--migrate');
        await until(async () => (await fetch(`${address}/${path}`).catch(() => undefined))?.status === 200);
      },
      async close() {
        child?.stdin?.end();
        if (child) await ended(child);
      },
    };
  };
  const first = frontEnd({ PUBLIC_URL: url });
  const ledger: RunningLedger = {
    ...first,
    database,
    folder,
    trustFile: env.TRUST_FILE,
    anvil,
    landOffice,
    broker,
    async another() {
      const otherPort = await freePort();
      const folderOfOther = join(folder, String(otherPort));
      await mkdir(folderOfOther);
      return frontEnd({
        PORT: String(otherPort),
        PUBLIC_URL: `http://localhost:${otherPort}`,
        DATA_DIR: folderOfOther,
      });
    },
    async close() {
      await first.close();
      await anvil.stop();
      registerServer.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const deployed = await ended(run(env, 'deploy-anchor'));
  if (deployed !== 0) throw new Error(`deploy-anchor ended with ${deployed}`);
  await readFile(env.ANCHOR_FILE);
  await ledger.start();
  return ledger;
}

function run(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'ignore', 'inherit'] });
}

function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    process.exitCode === null && process.signalCode === null
      ? process.once('exit', (code) => resolve(code))
      : resolve(process.exitCode);
  });
}

/** Asks until it is so; the test's own time limit ends the waiting. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function serveText(text: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
