/** Builds the static verifier page into `dist/page`. Needs no network. */
import { join } from 'node:path';
import { build } from 'vite';

await build({ configFile: join(import.meta.dirname, '../vite.config.ts') });
