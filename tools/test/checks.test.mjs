import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkContracts, checkDirections, checkDomainFetch, checkLint, checkTypes } from '../checks.mjs';
import { checkLockFile } from '../lock-file-check.mjs';
import { root } from '../root.mjs';

const runtime = { node: process.execPath, folder: dirname(process.execPath) };
const settings = [
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'biome.json',
  '.dependency-cruiser.cjs',
];
let folder;
const place = () => ({ folder, runtime });

/** A small checkout of its own with the real settings of the checks. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinlu-checks-'));
  for (const file of settings) cpSync(join(root, file), join(folder, file));
  cpSync(join(root, 'contracts', '.solhint.json'), join(folder, 'contracts', '.solhint.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  // Biome looks for the version control it is told of.
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  for (const room of ['idp', 'consent', 'ledger'])
    put(`${room}/package.json`, `{\n  "name": "${room}",\n  "type": "module"\n}\n`);
  put('idp/src/domain/person.ts', "export const person = 'person';\n");
  put('idp/src/app.ts', "export { person } from './domain/person.ts';\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file, text) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

describe('the checks', () => {
  test('when nothing is wrong, then types, lint and directions hold', async () => {
    const results = await Promise.all(
      [checkTypes, checkLint, checkDirections, checkDomainFetch].map((one) => one(place())),
    );
    for (const { ok, output } of results)
      expect({ ok, output: ok ? '' : output }).toEqual({ ok: true, output: '' });
  });

  test.each([
    ['a service imports another', 'idp/src/a.ts', "import '../../consent/src/app.ts';\n", 'room-idp'],
    [
      'the domain imports an adapter',
      'idp/src/domain/a.ts',
      "import '../adapters/store.ts';\n",
      'domain-imports-no-layer',
    ],
    [
      'the domain imports the web framework',
      'idp/src/domain/a.ts',
      "import 'fastify';\n",
      'domain-imports-no-transport',
    ],
    [
      'the domain imports node:https',
      'idp/src/domain/a.ts',
      "import 'node:https';\n",
      'domain-imports-no-transport',
    ],
    [
      'a route imports an adapter',
      'idp/src/http/a.ts',
      "import '../adapters/store.ts';\n",
      'http-imports-no-adapter',
    ],
    [
      'an adapter imports a route',
      'idp/src/adapters/a.ts',
      "import '../http/route.ts';\n",
      'adapters-import-no-http',
    ],
    [
      'the app imports an adapter',
      'idp/src/app.ts',
      "import './adapters/store.ts';\n",
      'app-reads-no-environment',
    ],
    ['two files import each other', 'idp/src/a.ts', "import './b.ts';\n", 'no-circles'],
    ['a file is missing', 'idp/src/a.ts', "import './absent.ts';\n", 'nothing-unresolved'],
    ['source imports a test tool', 'idp/src/a.ts', "import 'vitest';\n", 'source-imports-no-test'],
  ])('when %s, then the directions fail and name the rule', async (_what, file, text, rule) => {
    put('consent/src/app.ts', 'export {};\n');
    put('idp/src/adapters/store.ts', 'export {};\n');
    put('idp/src/http/route.ts', 'export {};\n');
    put('idp/src/b.ts', "import './a.ts';\n");
    if (rule !== 'no-circles') rmSync(join(folder, 'idp/src/b.ts'));
    put(file, text);
    const { ok, output } = await checkDirections(place());
    expect(ok).toBe(false);
    expect(output).toContain(`error ${rule}: ${file}`);
  });

  test('when no module is read, then the directions fail', async () => {
    for (const room of ['idp', 'consent', 'ledger']) rmSync(join(folder, room), { recursive: true });
    mkdirSync(join(folder, 'idp'));
    expect(await checkDirections(place())).toMatchObject({
      ok: false,
      output: expect.stringContaining('0 modules'),
    });
  });

  test('when a type is wrong, then the types fail', async () => {
    put('idp/src/a.ts', "export const port: number = 'x';\n");
    expect(await checkTypes(place())).toMatchObject({ ok: false, output: expect.stringContaining('TS2322') });
  });

  test('when any is used, then the lint fails', async () => {
    put('idp/src/a.ts', 'export const loose = (value: any) => value;\n');
    expect(await checkLint(place())).toMatchObject({
      ok: false,
      output: expect.stringContaining('noExplicitAny'),
    });
  });

  test('when the domain calls fetch, then it is named', async () => {
    put('idp/src/domain/a.ts', "export const answer = await fetch('http://localhost');\n");
    expect(await checkDomainFetch(place())).toMatchObject({
      ok: false,
      output: expect.stringContaining('a.ts:1'),
    });
  });

  test('when a contract breaks a rule or there is none, then the contracts lint fails', async () => {
    expect((await checkContracts(place())).ok).toBe(false);
    put(
      'contracts/solidity/A.sol',
      'contract A { function f() public { require(tx.origin == msg.sender); } }\n',
    );
    expect((await checkContracts(place())).ok).toBe(false);
  });

  test('when the lock file names a registry, lags behind or has a gap, then each is said', async () => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ workspaces: [], dependencies: { a: '1' } }));
    const packages = {
      '': { dependencies: {} },
      'node_modules/b': {
        version: '1',
        resolved: 'https://packages.example/b.tgz',
        optionalDependencies: { 'b-mac': '1' },
      },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    const { ok, output } = await checkLockFile(place());
    expect(ok).toBe(false);
    expect(output.split('\n')).toEqual([
      'node_modules/b: resolved from https://packages.example/b.tgz',
      '.: dependencies differ between package.json and package-lock.json',
      'node_modules/b: no entry for its dependency b-mac',
    ]);
  });
});
