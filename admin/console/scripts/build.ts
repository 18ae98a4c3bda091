import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds the console into `dist`: one page, and files under `/console/` whose names carry the hash of their content. */
await build({
  root,
  configFile: false,
  base: '/',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: 'dist',
    assetsDir: 'console',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
  },
});

// Compressed once here: the service sends these to browsers that take them, and stays free of compressing secrets.
for (const name of await readdir(`${root}dist/console`)) {
  const file = `${root}dist/console/${name}`;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${file}.br`, brotliCompressSync(await readFile(file), { params }));
}
