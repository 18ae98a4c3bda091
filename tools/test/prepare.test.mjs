import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runBuild, staleBuilds } from '../builds.mjs';
import { findNpm } from '../npm.mjs';
import { lockHash, packagesAreInstalled } from '../packages.mjs';

let checkout;
const put = (file, content) => {
  mkdirSync(join(checkout, file, '..'), { recursive: true });
  writeFileSync(join(checkout, file), typeof content === 'string' ? content : JSON.stringify(content));
};
const say = () => undefined;
const runtime = { node: process.execPath, folder: join(process.execPath, '..') };

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'xinlu-prepare-'));
});

describe('the packages', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-a' };
  const elsewhere = { version: '1.0.0', optional: true, os: ['sunos'], cpu: ['sparc'] };
  const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
  const installed = (wanted, found) => {
    put('package-lock.json', { packages: { '': {}, ...wanted } });
    put('node_modules/.package-lock.json', { packages: found });
    return packagesAreInstalled(checkout);
  };

  test('when all are there but those of other platforms, then they count as installed and are stamped', () => {
    expect(
      installed({ 'node_modules/a': entry, 'node_modules/b': elsewhere }, { 'node_modules/a': entry }),
    ).toBe(true);
    expect(readFileSync(join(checkout, 'node_modules', '.xinlu-lock'), 'utf8')).toBe(lockHash(checkout));
  });

  test.each([
    ['one is missing', { 'node_modules/a': entry }, {}],
    [
      'one is of another version',
      { 'node_modules/a': entry },
      { 'node_modules/a': { ...entry, version: '2.0.0' } },
    ],
    [
      'one has another digest',
      { 'node_modules/a': entry },
      { 'node_modules/a': { ...entry, integrity: 'sha512-b' } },
    ],
    ['a binary for this platform was left out', { 'node_modules/b': here }, {}],
  ])('when %s, then they must be installed', (_what, wanted, found) => {
    expect(installed(wanted, found)).toBe(false);
  });

  test('when an install was cut short, then they must be installed', () => {
    put('package-lock.json', { packages: {} });
    mkdirSync(join(checkout, 'node_modules', 'a'), { recursive: true });
    expect(packagesAreInstalled(checkout)).toBe(false);
  });
});

describe('the builds', () => {
  beforeEach(() => {
    put('package.json', { workspaces: ['room'] });
    put('package-lock.json', { packages: {} });
    put('room/package.json', {
      xinlu: { build: { command: ['build.mjs'], inputs: ['src'], output: 'dist' } },
    });
    put('room/src/a.txt', 'one');
    put('room/build.mjs', "import { mkdirSync } from 'node:fs'; mkdirSync('dist', { recursive: true });");
  });
  const stale = () => staleBuilds(checkout).map(({ name }) => name);
  const build = () => runBuild(staleBuilds(checkout)[0], { runtime, say, checkout });

  test('when built, then it is fresh until an input, the output or the lock file changes', async () => {
    expect(stale()).toEqual(['room']);
    await build();
    expect(stale()).toEqual([]);
    for (const [file, text] of [
      ['room/src/a.txt', 'two'],
      ['room/src/new.txt', ''],
      ['package-lock.json', '{ }'],
    ]) {
      put(file, text);
      expect(stale(), file).toEqual(['room']);
      await build();
      expect(stale()).toEqual([]);
    }
  });

  test('when a build fails, then its error is in the one line and it stays stale', async () => {
    put('room/build.mjs', "throw new Error('the contract does not compile');");
    await expect(build()).rejects.toThrow('the contract does not compile');
    expect(stale()).toEqual(['room']);
  });
});

describe('npm', () => {
  test('when started by npm, then that very npm is used', () => {
    const npm = join(checkout, 'npm-cli.js');
    cpSync(findNpm(), npm);
    expect(findNpm({ npm_execpath: npm })).toBe(npm);
    expect(findNpm({ npm_execpath: '/elsewhere/yarn.js', PATH: process.env.PATH })).toMatch(/npm-cli\.js$/);
  });
});
