import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles `src` to `dist`: Node refuses TypeScript under node_modules, so the package ships JavaScript. */
const room = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);
rmSync(join(room, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', join(room, 'tsconfig.build.json')], { stdio: 'inherit' });
