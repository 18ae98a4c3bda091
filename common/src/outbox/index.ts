import { PgBoss } from 'pg-boss';
import type { Logger } from '../log/index.ts';
import type { Sql } from '../sql/index.ts';

export type JobHandler = (payload: Record<string, unknown>, job: { id: string }) => Promise<void>;

export type Backlog = { queue: string; waiting: number; oldestSeconds: number };

/**
 * The durable outbox. `publish` writes the job in the caller's transaction, so a change and its consequences are
 * committed together or not at all; workers run it at least once, so handlers must be idempotent.
 */
export type Outbox = {
  publish(tx: Sql, queue: string, payload: object): Promise<void>;
  /** Registers the worker of a queue; call before `start`. Failing jobs are retried with growing delay. */
  work(queue: string, handler: JobHandler, options?: { concurrency?: number; retryLimit?: number }): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  backlog(): Promise<Backlog[]>;
};

const RETRY_LIMIT = 100_000; // an outage of days must not lose an entry; the delay is capped below
const RETRY_MAX_SECONDS = 60;

/** The outbox on pg-boss, in schema `pgboss` of the service's own database. `queues` names all that may be used. */
export function createOutbox(options: {
  databaseUrl: string;
  queues: readonly string[];
  log: Logger;
}): Outbox {
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    max: 4,
    application_name: 'xinlu-outbox',
    schedule: false,
  });
  boss.on('error', (error) => options.log.warn({ err: error }, 'outbox-error'));
  const workers: { queue: string; handler: JobHandler; concurrency: number }[] = [];
  const retries = new Map<string, number>();

  return {
    async publish(tx, queue, payload) {
      const db = {
        executeSql: async (text: string, values?: unknown[]) => ({ rows: await tx.query(text, values) }),
      };
      const id = await boss.send(queue, payload, { db });
      if (id === null) throw new Error(`the outbox did not take a job for ${queue}`);
    },
    work(queue, handler, { concurrency = 1, retryLimit = RETRY_LIMIT } = {}) {
      workers.push({ queue, handler, concurrency });
      retries.set(queue, retryLimit);
    },
    async start() {
      await boss.start();
      for (const queue of options.queues) {
        const policy = {
          retryLimit: retries.get(queue) ?? RETRY_LIMIT,
          retryDelay: 1,
          retryBackoff: true,
          retryDelayMax: RETRY_MAX_SECONDS,
          expireInSeconds: 30,
          // pg-boss forgets jobs that waited this long; ours must outlive any outage.
          retentionSeconds: 10 * 365 * 86_400,
          deleteAfterSeconds: 3_600,
        };
        await boss.createQueue(queue, policy);
        await boss.updateQueue(queue, policy);
      }
      for (const { queue, handler, concurrency } of workers) {
        await boss.work<Record<string, unknown>>(
          queue,
          { pollingIntervalSeconds: 0.5, batchSize: 1, localConcurrency: concurrency },
          async (jobs) => {
            for (const job of jobs) await handler(job.data, { id: job.id });
          },
        );
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: 5_000, close: true }),
    async backlog() {
      const rows: Backlog[] = [];
      for (const queue of options.queues) {
        const result = await boss.getDb().executeSql(
          `SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM now() - min(created_on)), 0)::int AS oldest
           FROM pgboss.job WHERE name = $1 AND state IN ('created', 'retry', 'active')`,
          [queue],
        );
        const row = result.rows[0] as { waiting: number; oldest: number } | undefined;
        rows.push({ queue, waiting: row?.waiting ?? 0, oldestSeconds: row?.oldest ?? 0 });
      }
      return rows;
    },
  };
}
