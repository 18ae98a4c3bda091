import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSnapshotVerifier } from '../src/adapters/signers.ts';
import { firstBrokenLine } from '../src/domain/audit-hash.ts';
import { verifyChain } from '../src/domain/snapshot.ts';
import { startAdmin, type TestAdmin } from './support.ts';

let admin: TestAdmin;
beforeAll(async () => {
  admin = await startAdmin();
  await admin.operator(0);
  await admin.operator(1);
});
afterAll(() => admin.close());

/** Lets a child approve, and kills it with SIGKILL a few milliseconds after its n-th approval. */
async function approveUntilKilled(acknowledgements: number, milliseconds: number): Promise<string[]> {
  const keys = { keys: [admin.registerKeys.signing.privateJwk] };
  const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, admin.database.url, JSON.stringify(keys)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line.split(' ')[0] ?? '');
    if (acknowledged.length === acknowledgements) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  }
  return acknowledged;
}

test('when the process is killed in the middle of approvals, then each is whole or absent, and none acknowledged is lost', async () => {
  const acknowledged: string[] = [];
  for (const [count, milliseconds] of [
    [3, 1],
    [4, 4],
    [5, 9],
  ] as const) {
    acknowledged.push(...(await approveUntilKilled(count, milliseconds)));
  }
  const { store } = admin.register;
  const { rows: versions } = await store.versions({ offset: 0, limit: 500 });
  const { rows: approved } = await store.proposals({ offset: 0, limit: 500, state: 'approved' });
  const { rows: audit } = await store.audit({ offset: 0, limit: 5000, descending: false });
  const withVersion = versions.map((version) => version.proposal).filter((id) => id !== null);
  const audited = audit.filter((line) => line.action === 'proposal-approved').map((line) => line.subject);
  const jobs = await admin.database.query<{ version: number }>(
    `SELECT (data->>'version')::int AS version FROM pgboss.job WHERE name = 'register-entry'`,
  );

  expect(acknowledged.length).toBeGreaterThanOrEqual(12);
  expect(withVersion).toEqual(expect.arrayContaining(acknowledged));
  expect(approved.map((proposal) => proposal.id).sort()).toEqual([...withVersion].sort());
  expect([...audited].sort()).toEqual([...withVersion].sort());
  expect(jobs.map((job) => job.version).sort((a, b) => a - b)).toEqual(
    versions.map((version) => version.version),
  );
  expect(firstBrokenLine(audit)).toBeUndefined();
  async function* each() {
    yield* versions;
  }
  const verify = createSnapshotVerifier(admin.registerKeys.publicJwks.keys);
  expect(await verifyChain(each(), verify)).toBe(versions.length);
}, 60_000);
