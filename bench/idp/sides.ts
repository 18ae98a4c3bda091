import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import type { Order, Profiled } from './orders.ts';
import type { PartyId } from './parties.ts';

/** What a side's server process tells once it listens. */
export type Ready = {
  url: string;
  /** Private keys of the clients, made by the side. */
  clients: Record<PartyId, JWK>;
  /** Cookies of browsers that have passed the human step of a sign-in; empty where the side has no such step. */
  browsers: string[];
};

export type Side = Ready & {
  name: 'ours' | 'stock';
  pid: number;
  /** User and system CPU seconds so far, of the server process alone, of Redis, and of PostgreSQL. */
  cpu(): Promise<{ server: number; redis: number; postgres: number }>;
  startProfile(): Promise<void>;
  endProfile(): Promise<Profiled>;
  stop(): Promise<void>;
};

/** Ticks of `/proc/PID/stat` in a second (USER_HZ, 100 on Linux). */
const TICKS = 100;

async function cpuOf(pid: number): Promise<{ parent: number; seconds: number; command: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command name in parentheses may hold spaces; what follows it does not.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  // With the children that have ended and were waited for: PostgreSQL's backends come and go.
  const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
  return {
    parent: Number(fields[1]),
    seconds: ticks / TICKS,
    command: stat.slice(stat.indexOf('(') + 1, end),
  };
}

/** CPU of a process and all its living descendants. */
async function cpuOfTree(root: number, pids: readonly number[]): Promise<number> {
  const all = new Map<number, { parent: number; seconds: number }>();
  for (const pid of pids) {
    const one = await cpuOf(pid);
    if (one !== undefined) all.set(pid, one);
  }
  const own = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of all) {
      if (own.has(parent) && !own.has(pid)) {
        own.add(pid);
        grown = true;
      }
    }
  }
  return [...own].reduce((sum, pid) => sum + (all.get(pid)?.seconds ?? 0), 0);
}

async function allPids(): Promise<number[]> {
  const { readdir } = await import('node:fs/promises');
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Starts one side's server process; `stores` are the pids whose CPU is named apart. */
export async function startSide(
  name: Side['name'],
  stores: { redis: number; postgres: number },
): Promise<Side> {
  const child: ChildProcess = fork(new URL(`./${name}-server.ts`, import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`the ${name} server ended with ${code}`)));
  });
  const pid = child.pid ?? 0;
  const tell = (order: Order) =>
    new Promise<unknown>((resolve) => {
      child.once('message', resolve);
      child.send(order);
    });
  return {
    ...ready,
    name,
    pid,
    async cpu() {
      return {
        server: (await cpuOf(pid))?.seconds ?? 0,
        redis: (await cpuOf(stores.redis))?.seconds ?? 0,
        postgres: await cpuOfTree(stores.postgres, await allPids()),
      };
    },
    async startProfile() {
      await tell('start-profile');
    },
    endProfile: async () => (await tell('end-profile')) as Profiled,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.send('stop');
      await ended;
    },
  };
}
