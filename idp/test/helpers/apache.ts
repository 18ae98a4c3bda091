import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULES = '/usr/lib/apache2/modules';
const SERVER = '/usr/sbin/apache2';
const NEEDED = [SERVER, `${MODULES}/mod_auth_openidc.so`];

/** What is missing on this machine for a test with Apache; undefined when it can run. */
export function missingForApache(): string | undefined {
  return NEEDED.every((file) => existsSync(file)) ? undefined : 'apache2 and libapache2-mod-auth-openidc';
}

export type Apache = { url: string; log(): Promise<string>; close(): Promise<void> };

/** A port for a server that is configured before it starts. */
export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** An Apache of the test's own, with its own configuration in a folder of its own; never the system's service. */
export async function startApache(port: number, oidc: Record<string, string>): Promise<Apache> {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-apache-'));
  const root = join(folder, 'www');
  await mkdir(join(root, 'private'), { recursive: true });
  await writeFile(join(root, 'private', 'index.html'), 'members only');
  await writeFile(join(root, 'index.html'), 'everybody');
  const load = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'auth_openidc'].map(
    (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
  );
  const asRoot = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : [];
  const configuration = [
    ...load,
    ...asRoot,
    `ServerRoot ${folder}`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    `PidFile ${folder}/apache.pid`,
    `ErrorLog ${folder}/error.log`,
    `DefaultRuntimeDir ${folder}`,
    'StartServers 1',
    'ServerLimit 1',
    'ThreadsPerChild 8',
    'MaxRequestWorkers 8',
    'MinSpareThreads 1',
    'MaxSpareThreads 8',
    `DocumentRoot ${root}`,
    'DirectoryIndex index.html',
    ...Object.entries(oidc).map(([name, value]) => `${name} ${value}`),
    `<Directory ${root}>`,
    'Require all granted',
    '</Directory>',
    '<Location /private>',
    'AuthType openid-connect',
    'Require valid-user',
    // Node's fetch says of itself that it is no navigation; a browser that is sent on would be.
    'OIDCUnAuthAction auth true',
    '</Location>',
    '',
  ].join('\n');
  await writeFile(join(folder, 'apache.conf'), configuration);
  await chmod(folder, 0o777);
  const server: ChildProcess = spawn(SERVER, ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const log = async () => said + (await readFile(join(folder, 'error.log'), 'utf8').catch(() => ''));
  const url = `http://localhost:${port}`;
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`${url}/`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) break;
    if (tries > 100 || server.exitCode !== null) throw new Error(`Apache did not start: ${await log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    log,
    async close() {
      server.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
