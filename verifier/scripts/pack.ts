/**
 * Writes the library as a package of its own into `dist/package`: plain JavaScript with types, because Node runs
 * no TypeScript below `node_modules`. Publish with `npm publish dist/package`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const room = dirname(import.meta.dirname);
const target = join(room, 'dist/package');
const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { status } = spawnSync(process.execPath, [typescript, '-p', join(room, 'scripts/tsconfig.pack.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

const { name, version, license, dependencies } = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8'));
const entry = (file: string) => ({ types: `./${file}.d.ts`, default: `./${file}.js` });
const manifest = {
  name,
  version,
  license,
  description: 'Checks Xinlu 信路 attestations offline, in Node and in browsers',
  type: 'module',
  sideEffects: false,
  exports: { '.': entry('index'), './cli': entry('cli/commands') },
  dependencies,
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(room, '../LICENSE'), join(target, 'LICENSE'));
