import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Fault, faultInOutput } from './fault.mjs';
import { findPostgres, unprivilegedPrefix } from './postgres-binaries.mjs';
import { endProcess, identify } from './process-identity.mjs';
import { lastLine, runCommand } from './run-command.mjs';

/** Longest path of a unix socket that every supported system takes, with room for PostgreSQL's file name. */
const longestSocketFolder = 80;

/**
 * An embedded PostgreSQL cluster in one folder.
 * @param {{ folder: string, port: number, password: string, passwordFile: string, logFile: string, options?: Record<string, string> }} cluster
 */
export async function openCluster({ folder, port, password, passwordFile, logFile, options = {} }) {
  const binaries = findPostgres();
  const prefix = await unprivilegedPrefix();
  const cluster = { folder, port, password, passwordFile, logFile, options, binaries, prefix };
  await initialise(cluster);
  return {
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    /** Starts the server and resolves once it answers queries. */
    launch: () => launch(cluster),
  };
}

/**
 * Stops the server that an earlier launcher left on this folder, if there is one. Stopping and starting anew takes
 * less than a second and leaves one way of watching over the server.
 */
export async function stopLeftover(folder) {
  const pid = postmasterPid(folder);
  const identity = pid === undefined ? undefined : identify(pid);
  if (identity === undefined || !isPostmasterOf(pid, folder)) return;
  await endProcess({ pid, identity }, [
    { signal: 'SIGINT', milliseconds: 20_000 },
    { signal: 'SIGQUIT', milliseconds: 5_000 },
    { signal: 'SIGKILL', milliseconds: 2_000 },
  ]);
}

/** The first line of `postmaster.pid` is the server's process id. */
function postmasterPid(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The pid may have passed to a stranger: the command line must be ours, with this very folder. */
function isPostmasterOf(pid, folder) {
  if (process.platform !== 'linux') return true;
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return /postgres$/.test(args[0]) && args.includes(folder);
  } catch {
    return false;
  }
}

async function initialise(cluster) {
  if (existsSync(join(cluster.folder, 'PG_VERSION'))) return;
  const draft = `${cluster.folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const { command, args } = withPrefix(cluster, 'initdb', [
    ...['-D', draft, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${cluster.passwordFile}`],
    ...['--encoding=UTF8', '--locale=C.UTF-8', ...(cluster.options['fsync'] === 'off' ? ['--no-sync'] : [])],
  ]);
  const { code, output } = await runCommand(command, args);
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw (
      faultInOutput(output, cluster.folder) ??
      new Fault(`建立資料庫失敗：${lastLine(output)}`, `Could not create the database: ${lastLine(output)}`)
    );
  }
  // The cluster appears under its name only when whole; a start cut short begins again.
  renameSync(draft, cluster.folder);
}

function withPrefix({ prefix, binaries }, program, args) {
  const [command, ...rest] = [...prefix, join(binaries, program), ...args];
  return { command, args: rest };
}

function serverOptions({ folder, port, options }) {
  const socketFolder = Buffer.byteLength(folder) <= longestSocketFolder ? folder : '';
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '200',
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    jit: 'off',
    // Statements and details of errors carry values, and values may be personal data.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...options,
  };
}

async function launch(cluster) {
  const settings = Object.entries(serverOptions(cluster)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const { command, args } = withPrefix(cluster, 'postgres', ['-D', cluster.folder, ...settings]);
  const logStart = existsSync(cluster.logFile) ? statSync(cluster.logFile).size : 0;
  const log = openSync(cluster.logFile, 'a', 0o600);
  // In a session of its own: Ctrl-C on the terminal must not stop it before the services have drained.
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  await untilAnswering(child, cluster, () => readFileSync(cluster.logFile, 'utf8').slice(logStart));
  return child;
}

async function untilAnswering(child, cluster, printed) {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const end = Date.now() + 60_000;
  for (;;) {
    if (ended) throw startFault(printed());
    if (await answers(cluster)) return;
    if (Date.now() > end) throw startFault(printed());
    await sleep(40);
  }
}

async function answers({ port, password }) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function startFault(output) {
  const reason = output.match(/(?:FATAL|PANIC): .*/)?.[0] ?? lastLine(output);
  return (
    faultInOutput(output, 'PostgreSQL') ??
    new Fault(`PostgreSQL 無法啟動：${reason}`, `PostgreSQL did not start: ${reason}`)
  );
}
