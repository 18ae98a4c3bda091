/** Compiles the contracts into `artifacts/`. Needs no network: the compiler is an npm package. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const room = dirname(import.meta.dirname);
const hardhat = join(
  dirname(createRequire(import.meta.url).resolve('hardhat/package.json')),
  'dist/src/cli.js',
);
const { status } = spawnSync(process.execPath, [hardhat, 'build', '--quiet'], {
  cwd: room,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', CI: 'true' },
});
process.exitCode = status ?? 1;
