import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { ended } from './child.ts';
import { freePort } from './country.ts';
import type { RedisServer } from './gateways.ts';

const NAME = 'xinlu';
const SENTINELS = 3;
const TRIES = 400;

/** One command to one server; undefined while it does not answer. */
async function ask(port: number, command: string[]): Promise<unknown> {
  const client = createClient({
    url: `redis://127.0.0.1:${port}`,
    socket: { reconnectStrategy: false, connectTimeout: 1_000 },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await done()); tries += 1) {
    if (tries === TRIES) throw new Error(`${what} in vain`);
    await wait(25);
  }
}

/**
 * A Redis with a replica and three sentinels over them. `kill` ends whoever is the primary by -9, `start` waits until the
 * sentinels have made the replica the primary: what had not reached it is lost, as asynchronous replication has it.
 */
export async function startRedisSentinels(): Promise<
  RedisServer & { primary(): Promise<number>; stop(): Promise<void> }
> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-sentinels-'));
  const children = new Map<number, ChildProcess>();
  async function open(name: string, port: number, lines: string[]): Promise<void> {
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...lines].join('\n'));
    const args = name.startsWith('sentinel') ? [file, '--sentinel'] : [file];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    child.on('error', () => undefined);
    children.set(port, child);
    await until(`waited for ${name}`, async () => (await ask(port, ['PING'])) === 'PONG');
  }
  const [first, second] = [await freePort(), await freePort()];
  const data = ['save ""', 'appendonly no'];
  await open('first', first, data);
  await open('second', second, [...data, `replicaof 127.0.0.1 ${first}`]);
  const sentinels: number[] = [];
  for (let n = 0; n < SENTINELS; n += 1) {
    const port = await freePort();
    sentinels.push(port);
    await open(`sentinel-${n}`, port, [
      `sentinel monitor ${NAME} 127.0.0.1 ${first} 2`,
      `sentinel down-after-milliseconds ${NAME} 1000`,
      `sentinel failover-timeout ${NAME} 5000`,
    ]);
  }
  const primary = async () => {
    const address = await ask(sentinels[0] ?? 0, ['SENTINEL', 'get-master-addr-by-name', NAME]);
    return Number((address as string[] | undefined)?.[1]);
  };
  await until('waited for the sentinels to know each other and the replica', async () => {
    const known = await Promise.all(
      sentinels.map((port) => ask(port, ['SENTINEL', 'ckquorum', NAME]).then((text) => String(text))),
    );
    const info = String(await ask(sentinels[0] ?? 0, ['INFO', 'sentinel']));
    const all = new RegExp(`slaves=1,sentinels=${SENTINELS}`).test(info);
    return all && known.every((text) => text.startsWith(`OK ${SENTINELS}`));
  });
  let killed = first;
  const [one = 0, ...others] = sentinels;
  const nodes = others.map((port) => `node=127.0.0.1:${port}`).join('&');
  return {
    url: `redis+sentinel://127.0.0.1:${one}/${NAME}?${nodes}`,
    primary,
    async kill() {
      killed = await primary();
      const child = children.get(killed);
      child?.kill('SIGKILL');
      if (child !== undefined) await ended(child);
    },
    async start() {
      await until('waited for another primary', async () => {
        const now = await primary();
        if (now === killed) return false;
        return String((((await ask(now, ['ROLE'])) ?? []) as unknown[])[0]) === 'master';
      });
    },
    async stop() {
      for (const child of children.values()) {
        child.kill('SIGKILL');
        await ended(child);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
