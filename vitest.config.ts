import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Journeys bring their own setup, once they have one. */
const journeySetup = ['./e2e/global-setup.ts'].filter((file) => existsSync(new URL(file, import.meta.url)));

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '*/test/**/*.test.{ts,mjs}',
            'consent/*/test/**/*.test.ts',
            'ledger/*/test/**/*.test.ts',
            'admin/console/test/**/*.test.{ts,tsx}',
          ],
          exclude: ['**/node_modules/**', 'e2e/**'],
          globalSetup: ['./tools/testing/stores.mjs'],
          // Tests wait for stores, browsers and processes more than they compute: no core is left out.
          maxWorkers: Math.max(2, availableParallelism()),
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: journeySetup,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
