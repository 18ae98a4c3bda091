import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster, stopLeftover } from '../postgres.mjs';
import { endProcess, identify, stillRuns } from '../process-identity.mjs';

/**
 * The stores of one test run: one PostgreSQL cluster and, where `redis-server` is installed, one Redis. Their
 * addresses go to the tests as TEST_DATABASE_URL and TEST_REDIS_URL.
 */
export default async function setup() {
  const home = join(tmpdir(), `xinlu-tests-${userInfo().uid}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  await sweep(home);
  const folder = mkdtempSync(join(home, 'run-'));
  const owner = { pid: process.pid, identity: identify(process.pid) };
  const note = (extra) => writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...owner, ...extra }));
  note({});

  const [postgres, redis] = await Promise.all([startPostgres(folder), startRedis(folder)]);
  note({ redis: redis && { pid: redis.pid, identity: identify(redis.pid) } });
  process.env.TEST_DATABASE_URL = postgres.url;
  if (redis) process.env.TEST_REDIS_URL = redis.url;

  return async () => {
    await redis?.stop();
    await stopLeftover(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Ends what a killed test run left behind. */
async function sweep(home) {
  for (const name of readdirSync(home)) {
    const folder = join(home, name);
    let owner;
    try {
      owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
    } catch {
      continue;
    }
    if (stillRuns(owner)) continue;
    if (owner.redis) await endProcess(owner.redis, [{ signal: 'SIGKILL', milliseconds: 2000 }]);
    await stopLeftover(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startPostgres(folder) {
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const cluster = await openCluster({
    folder: join(folder, 'postgres'),
    port: await freePort(),
    password,
    passwordFile,
    logFile: join(folder, 'postgres.log'),
    // Nothing here outlives the run, so nothing needs to reach the disk.
    options: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  await cluster.launch();
  return { url: cluster.url() };
}

async function startRedis(folder) {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    process.stderr.write(
      '\n  *** 沒有 redis-server：Redis 的測試不會執行 ***\n  *** redis-server is not installed: the Redis adapter is NOT tested in this run ***\n\n',
    );
    return undefined;
  }
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: 'ignore' },
  );
  await untilListening(port, child);
  return {
    pid: child.pid,
    url: `redis://127.0.0.1:${port}`,
    stop: () =>
      endProcess({ pid: child.pid, identity: identify(child.pid) }, [
        { signal: 'SIGTERM', milliseconds: 3000 },
        { signal: 'SIGKILL', milliseconds: 1000 },
      ]),
  };
}

async function untilListening(port, child) {
  for (let tries = 0; tries < 250; tries += 1) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    if (await connects(port)) return;
    await sleep(40);
  }
  throw new Error('redis-server does not listen');
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
