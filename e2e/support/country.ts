import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Place, Urls } from './place.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const BLOCK = 50;
const START_MILLISECONDS = 150_000;

/** A country of its own, started by the launcher as a user would, on free ports and a fresh data folder. */
export type Country = Place & {
  launcherPid: number;
  /** Ends it as Ctrl-C does, and gives the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9` of the launcher alone. */
  killLauncher(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  output(): string;
  /** Stops it, removes the data, and gives the exit code. */
  dispose(): Promise<number | null>;
};

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function freeBlock(): Promise<number> {
  for (let base = 20_000 + Math.floor(Math.random() * 200) * BLOCK; base < 60_000; base += BLOCK) {
    const ports = Array.from({ length: BLOCK }, (_, index) => base + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
  throw new Error('no free block of ports');
}

export async function startCountry(): Promise<Country> {
  const data = await mkdtemp(join(tmpdir(), 'xinlu-e2e-'));
  const base = await freeBlock();
  const cardPort = base + BLOCK - 1;
  let output = '';
  let child: ChildProcess;
  let urls: Urls;

  async function launch(): Promise<void> {
    child = spawn(process.execPath, [join(root, 'tools/launch.mjs'), 'start'], {
      cwd: root,
      env: {
        ...process.env,
        XINLU_DATA: data,
        XINLU_PORT: String(base),
        XINLU_CARD_PORT: String(cardPort),
        npm_lifecycle_event: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    const deadline = Date.now() + START_MILLISECONDS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the country did not start:\n${output}`);
      const run = await readFile(join(data, 'run.json'), 'utf8').then(
        (text) => JSON.parse(text) as { urls: Urls; pid: number },
        () => undefined,
      );
      if (run !== undefined && run.pid === child.pid) {
        urls = run.urls;
        return;
      }
      if (Date.now() > deadline) throw new Error(`the country was not ready in time:\n${output}`);
      await sleep(100);
    }
  }

  async function stop(): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  await launch();
  return {
    get urls() {
      return urls;
    },
    data,
    cardUrl: `http://localhost:${cardPort}`,
    base,
    get launcherPid() {
      return child.pid ?? -1;
    },
    stop,
    async killLauncher() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    restart: launch,
    output: () => output,
    async dispose() {
      const code = await stop();
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}

const run = promisify(execFile);

/** `npx xinlu ...` as a user would call it: exit code and what it printed. */
export async function xinlu(
  args: string[],
  place: Pick<Place, 'data'>,
): Promise<{ code: number; out: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [join(root, 'tools/xinlu.mjs'), ...args], {
      cwd: place.data,
      env: { ...process.env, XINLU_DATA: place.data },
    });
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const failed = error as { code?: number; stdout?: string; stderr?: string };
    return { code: failed.code ?? -1, out: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
  }
}
