import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** Builds the console into `dist`: one page, and files under `/console/` whose names carry the hash of their content. */
await build({
  root: fileURLToPath(new URL('..', import.meta.url)),
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
