import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../src/log/index.ts';
import { createOutbox, type Outbox } from '../src/outbox/index.ts';
import type { Database } from '../src/sql/index.ts';
import { testDatabase } from '../src/testing/index.ts';

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i += 1) await sleep(100);
}

describe('the outbox', () => {
  let database: Database;
  let outbox: Outbox;
  const seen: unknown[] = [];
  let failures = 0;

  beforeAll(async () => {
    database = await testDatabase();
    outbox = createOutbox({
      databaseUrl: database.url,
      queues: ['notice', 'flaky'],
      log: createLogger({ name: 'test', level: 'silent' }),
    });
    outbox.work('notice', async (payload) => void seen.push(payload['n']));
    outbox.work('flaky', async (payload) => {
      failures += 1;
      if (failures < 2) throw new Error('the other side is away');
      seen.push(payload['n']);
    });
    await outbox.start();
  });
  afterAll(async () => {
    await outbox.stop();
    await database.close();
  });

  test('when the transaction commits, then the job runs', async () => {
    await database.transaction((tx) => outbox.publish(tx, 'notice', { n: 'committed' }));
    await until(() => seen.includes('committed'));
    expect(seen).toContain('committed');
  });

  test('when the transaction rolls back, then no job exists', async () => {
    const failed = database.transaction(async (tx) => {
      await outbox.publish(tx, 'notice', { n: 'rolled-back' });
      throw new Error('changed our mind');
    });
    await expect(failed).rejects.toThrow('changed our mind');
    const left = await database.one(`SELECT 1 FROM pgboss.job WHERE data->>'n' = 'rolled-back'`);
    expect(left).toBeUndefined();
  });

  test('when a worker fails, then the job is tried again until it succeeds', async () => {
    await database.transaction((tx) => outbox.publish(tx, 'flaky', { n: 'retried' }));
    expect((await outbox.backlog()).find((row) => row.queue === 'flaky')?.waiting).toBe(1);
    await until(() => seen.includes('retried'));
    expect(failures).toBe(2);
    expect(seen.filter((n) => n === 'retried')).toHaveLength(1);
  });
});
