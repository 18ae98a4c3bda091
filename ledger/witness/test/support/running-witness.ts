import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { formatVerifierKey, type NoteKey } from '@xinlu/verifier';
import { newWitnessKey } from './watched-log.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

export type RunningWitness = {
  readonly url: string;
  readonly key: NoteKey;
  /** Posts a body to `add-checkpoint`; undefined if the witness did not answer. */
  ask(body: string): Promise<{ status: number; type: string | null; text: string } | undefined>;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Another process with the same key and memory, as a mistaken operator might start it. */
  twin(): Promise<RunningWitness>;
  /** What the command `splits` prints. */
  splits(): Promise<unknown[]>;
  close(): Promise<void>;
};

/** A witness in a process of its own that watches one log. */
export async function runWitness(log: NoteKey, name = 'witness.example/1'): Promise<RunningWitness> {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-witness-'));
  const { key, pem } = newWitnessKey(name);
  await writeFile(join(folder, 'key.pem'), pem);
  await writeFile(join(folder, 'logs'), `${formatVerifierKey(log)}\n`);
  const witness = await open(folder, key);
  await witness.start();
  return {
    ...witness,
    async twin() {
      const other = await open(folder, key);
      await other.start();
      return other;
    },
    async close() {
      await witness.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function open(folder: string, key: NoteKey): Promise<RunningWitness> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    PORT: String(port),
    WITNESS_NAME: key.name,
    WITNESS_KEY_FILE: join(folder, 'key.pem'),
    WITNESS_LOGS_FILE: join(folder, 'logs'),
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
    XINLU_LIFELINE: 'stdin',
  };
  let child: ChildProcess | undefined;
  const end = async (how: (process: ChildProcess) => void) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    how(child);
    await gone;
  };
  const witness: RunningWitness = {
    url,
    key,
    async ask(body) {
      const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body }).catch(() => undefined);
      if (!answer) return undefined;
      const text = await answer.text().catch(() => '');
      return { status: answer.status, type: answer.headers.get('content-type'), text };
    },
    kill: () => end((process) => process.kill('SIGKILL')),
    async start() {
      child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
      for (;;) {
        if ((await fetch(`${url}/ready`).catch(() => undefined))?.status === 200) return;
        await sleep(20);
      }
    },
    async splits() {
      const { stdout } = await promisify(execFile)(process.execPath, [main, 'splits'], { env });
      return stdout
        .split('\n')
        .filter((line) => line.startsWith('{"origin"'))
        .map((line) => JSON.parse(line));
    },
    twin: () => Promise.reject(new Error('only the first has a twin')),
    close: () => end((process) => process.stdin?.end()),
  };
  return witness;
}

async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
