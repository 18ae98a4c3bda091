import type { Logger } from '@xinlu/common/log';
import type { Database } from '@xinlu/common/sql';
import type { Deliveries } from '../domain/ports.ts';

const GATHER_MILLISECONDS = 50;
/** Remembered at most while the database is away; what is forgotten is closed as abandoned, so as unconfirmed. */
const MOST = 100_000;
const AT_A_TIME = 1_000;

/**
 * What became of answers, on PostgreSQL. That an answer has left is written down in small lots beside the main path: whoever
 * dies before has its answers closed as unconfirmed, never the other way round.
 */
export function createDeliveries(database: Database, log: Logger): Deliveries {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MILLISECONDS));
    const ids = waiting.slice(0, AT_A_TIME);
    try {
      await database.query('DELETE FROM access_open WHERE access_id = ANY($1)', [ids]);
      waiting = waiting.slice(ids.length);
    } catch (error) {
      log.warn({ err: error, waiting: waiting.length }, 'deliveries-not-written');
      waiting = waiting.slice(-MOST);
    }
  }

  async function untilWritten(): Promise<void> {
    for (let tries = 0; waiting.length > 0 && tries < 10; tries += 1) await write();
  }

  function begin(): void {
    writing ??= untilWritten().finally(() => {
      writing = undefined;
    });
  }

  return {
    arrived(accessIds) {
      waiting.push(...accessIds);
      begin();
    },
    async unconfirmed(accessIds) {
      await database
        .query(
          `WITH closed AS (DELETE FROM access_open WHERE access_id = ANY($1) RETURNING access_id)
           INSERT INTO access_unconfirmed (access_id, at)
           SELECT access_id, clock_timestamp() FROM closed JOIN access_outcome USING (access_id) WHERE outcome = 'delivered'
           ON CONFLICT DO NOTHING`,
          [accessIds],
        )
        .catch((error: unknown) => log.warn({ err: error }, 'deliveries-not-written'));
    },
    async closeAbandoned({ unansweredSeconds, unfinishedSeconds }) {
      const row = await database.one<{ failed: number; unconfirmed: number }>(
        `WITH found AS (
           SELECT p.access_id, o.outcome FROM access_open p LEFT JOIN access_outcome o USING (access_id)
           WHERE p.at <= clock_timestamp() - make_interval(secs => CASE WHEN o.outcome IS NULL THEN $1::int ELSE $2::int END)
           ORDER BY p.at LIMIT $3 FOR UPDATE OF p SKIP LOCKED),
         failed AS (
           INSERT INTO access_outcome (access_id, outcome, code, at)
           SELECT access_id, 'failed', 'not-delivered', clock_timestamp() FROM found WHERE outcome IS NULL
           ON CONFLICT DO NOTHING RETURNING access_id),
         unconfirmed AS (
           INSERT INTO access_unconfirmed (access_id, at)
           SELECT access_id, clock_timestamp() FROM found WHERE outcome = 'delivered'
           ON CONFLICT DO NOTHING RETURNING access_id),
         closed AS (
           DELETE FROM access_open WHERE access_id IN (
             SELECT access_id FROM failed UNION SELECT access_id FROM found WHERE outcome IS NOT NULL))
         SELECT (SELECT count(*)::int FROM failed) AS failed, (SELECT count(*)::int FROM unconfirmed) AS unconfirmed`,
        [unansweredSeconds, unfinishedSeconds, AT_A_TIME],
      );
      const closed = row ?? { failed: 0, unconfirmed: 0 };
      if (closed.failed + closed.unconfirmed > 0) log.warn(closed, 'abandoned-accesses-closed');
      return closed.failed + closed.unconfirmed;
    },
    async flush() {
      begin();
      await writing;
    },
  };
}
