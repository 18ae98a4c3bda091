import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const REDIS_INSTALLED = spawnSync('redis-server', ['--version']).status === 0;

/** A free port whose cluster bus, 10,000 above it, is a port too. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as { port: number };
        probe.close(() => resolve(free));
      });
    });
    if (port < 55_000) return port;
    const lower = 20_000 + Math.floor(Math.random() * 20_000);
    if (cli(lower, 'ping') === undefined) return lower;
  }
}

/** A command's answer, or nothing while nobody answers. */
export function cli(port: number, ...command: string[]): string | undefined {
  const { status, stdout } = spawnSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export type RedisServer = { port: number; kill(): Promise<void>; start(): Promise<void> };

/** Real Redis servers of this test's own, without persistence; `stop` ends and removes them. */
export async function startRedisServers(count: number, cluster: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-redis-'));
  const servers: RedisServer[] = [];
  for (let n = 0; n < count; n += 1) {
    const port = await freePort();
    let child: ChildProcess | undefined;
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ];
    const extra = cluster
      ? [
          '--cluster-enabled',
          'yes',
          '--cluster-config-file',
          `nodes-${port}.conf`,
          '--cluster-node-timeout',
          '2000',
        ]
      : [];
    const server: RedisServer = {
      port,
      async start() {
        child = spawn('redis-server', [...options, ...extra], { stdio: 'ignore' });
        for (let tries = 0; cli(port, 'ping') !== 'PONG'; tries += 1) {
          if (tries > 200) throw new Error('redis-server does not answer');
          await sleep(25);
        }
      },
      async kill() {
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child?.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      },
    };
    await server.start();
    servers.push(server);
  }
  if (cluster) await joinCluster(servers);
  return {
    servers,
    async stop() {
      for (const server of servers) await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The master's name at the sentinels. */
export const MASTER = 'xinlu';

/**
 * A master with a replica, watched by a sentinel that gives it up after half a second. `url` is as REDIS_URL takes it. (More
 * sentinels take seconds to find one another, and are one address more to us.)
 */
export async function startSentinels() {
  const redis = await startRedisServers(2, false);
  const [master, replica] = redis.servers;
  if (master === undefined || replica === undefined) throw new Error('two servers are needed');
  cli(replica.port, 'replicaof', '127.0.0.1', String(master.port));
  for (
    let tries = 0;
    !cli(replica.port, 'info', 'replication')?.includes('master_link_status:up');
    tries += 1
  ) {
    if (tries > 200) throw new Error('the replica does not follow');
    await sleep(25);
  }
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-sentinel-'));
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${MASTER} 500`,
    `sentinel failover-timeout ${MASTER} 3000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  for (let tries = 0; ; tries += 1) {
    const known = cli(port, 'sentinel', 'master', MASTER)?.split('\n') ?? [];
    const of = (name: string) => known[known.indexOf(name) + 1];
    if (known.length > 0 && of('num-slaves') === '1') break;
    if (tries > 400) throw new Error('the sentinel does not find the replica');
    await sleep(50);
  }
  return {
    master,
    replica,
    url: `redis+sentinel://127.0.0.1:${port}/${MASTER}`,
    async stop() {
      const ended = new Promise((resolve) => sentinel.once('exit', resolve));
      sentinel.kill('SIGKILL');
      await ended;
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SLOTS = 16_384;

/** Makes one cluster of them, each with its share of the slots. */
async function joinCluster(servers: RedisServer[]): Promise<void> {
  const share = Math.ceil(SLOTS / servers.length);
  servers.forEach(({ port }, n) => {
    cli(port, 'cluster', 'addslotsrange', String(n * share), String(Math.min(SLOTS, (n + 1) * share) - 1));
    for (const other of servers) cli(port, 'cluster', 'meet', '127.0.0.1', String(other.port));
  });
  for (let tries = 0; ; tries += 1) {
    const ready = servers.every(({ port }) => {
      const info = cli(port, 'cluster', 'info') ?? '';
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers.length}`);
    });
    if (ready) return;
    if (tries > 200) throw new Error('the cluster does not come up');
    await sleep(50);
  }
}
