import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findPostgres, unprivilegedPrefix } from '../postgres-binaries.mjs';
import { newCountry, run } from './fixture/launcher.mjs';

// Whole countries come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let country;

beforeEach(async () => {
  country = await newCountry();
});
afterEach(() => country.remove());

/** One line that a person can act on, no stack. */
function expectOneLine({ code, err }, words) {
  expect(code).toBe(1);
  const lines = err
    .trim()
    .split('\n')
    .filter((line) => !/正在停止|已停止/.test(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(words);
}

describe('a fault of the machine gives one clear line and exit code 1', () => {
  test('when the data folder may not be written', async () => {
    // Root may write below any mode, but nobody makes folders in /sys.
    const closed = join(country.data, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const target = process.getuid() === 0 ? '/sys/xinlu' : join(closed, 'data');
    expectOneLine(await country.launch({ XINLU_DATA: target }).ended, 'XINLU_DATA');
  });

  test('when the data folder belongs to a newer version', async () => {
    writeFileSync(join(country.data, 'version'), '99\n');
    expectOneLine(await country.launch().ended, 'newer version (99)');
  });

  test('when a setting is not a port', async () => {
    expectOneLine(await country.launch({ XINLU_PORT: '4000x' }).ended, 'XINLU_PORT must be');
  });

  const small = spawnSync('unshare', [
    '--user',
    '--mount',
    '--map-root-user',
    'mount',
    '-t',
    'tmpfs',
    'none',
    '/mnt',
  ]);
  test.skipIf(small.status !== 0).each([
    ['before the first file', '16k'],
    ['while the database is made', '24m'],
    ['while the database starts', '42m'],
  ])('when the disk is full %s', async (_when, size) => {
    const launch = fileURLToPath(new URL('./fixture/launch.mjs', import.meta.url));
    const script = `mount -t tmpfs -o size=${size} none "$XINLU_DATA" && exec "$0" "$1"`;
    const args = ['--user', '--mount', '--map-root-user', 'sh', '-c', script, process.execPath, launch];
    const env = { XINLU_DATA: country.data, XINLU_PORT: String(country.base) };
    expectOneLine(await run(args, env, 'unshare').ended, 'Disk full');
  });

  test('when there is no PostgreSQL for the platform', () => {
    expect(() => findPostgres({ platform: 'sunos', arch: 'sparc' })).toThrow(
      /No PostgreSQL binary .*sunos-sparc/,
    );
  });

  test('when root cannot give up its rights', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nonexistent';
    try {
      await expect(unprivilegedPrefix({ uid: 0 })).rejects.toThrow('use an ordinary account');
      await expect(unprivilegedPrefix({ uid: 1000 })).resolves.toEqual([]);
    } finally {
      process.env.PATH = path;
    }
  });
});
