import { expect, test } from 'vitest';
import { runReleases } from './support/release-run.ts';

test('when gateway, connectors and database are killed under load, then log, orders and deliveries agree', async () => {
  const report = await runReleases({ seed: 1, kills: 3, gateways: 1, consents: 2, parallel: 8 });
  expect(report).toMatchObject({ missing: 0, extra: 0, denied: 0, invented: 0, twice: 0, unsound: 0 });
  expect(report.delivered).toBeGreaterThan(10);
  expect(report.failed + report.unconfirmed).toBeGreaterThan(0);
  expect(report.kills).toEqual({ gateway: 1, connectors: 1, database: 1 });
}, 120_000);
