import type { Database, Sql } from '@xinlu/common/sql';
import { formatVerifierKey } from '@xinlu/verifier';
import type { Anchor, AnchorQueue, AnchorState } from '../domain/anchor-queue.ts';
import type { WitnessPolicy } from '../domain/witnessing.ts';
import { isWitnessed } from './cosignatures-postgres.ts';

type Row = {
  size: number;
  root: Buffer;
  state: AnchorState;
  attempts: number;
  sent_at: Date | null;
  transaction: string | null;
  block_number: number | null;
  block_hash: string | null;
  max_fee: string | null;
  max_tip: string | null;
};

const columns =
  'a.size, c.root, a.state, a.attempts, a.sent_at, a.transaction, a.block_number, a.block_hash, a.max_fee, a.max_tip FROM anchor a JOIN checkpoint c USING (size)';

/** Any constant: one anchorer at a time per database. */
const lock = 0x616e63;

function toAnchor(row: Row): Anchor {
  const { transaction, block_number: blockNumber, block_hash: blockHash, max_fee: fee, max_tip: tip } = row;
  const placed = transaction !== null && blockNumber !== null && blockHash !== null;
  return {
    size: row.size,
    root: new Uint8Array(row.root),
    state: row.state,
    attempts: row.attempts,
    sentAt: row.sent_at,
    offered: fee !== null && tip !== null ? { maxFee: BigInt(fee), maxTip: BigInt(tip) } : null,
    place: placed ? { transaction, blockNumber, blockHash } : null,
  };
}

/** @param policy only checkpoints that enough of its witnesses cosigned are queued; without one, all that are published */
export function anchorQueueInPostgres(database: Database, policy?: WitnessPolicy): AnchorQueue {
  const names = (policy?.witnesses ?? []).map(({ key }) => formatVerifierKey(key));
  const sql: Sql = database;
  const rows = async (rest: string, values: readonly unknown[] = []) =>
    (await sql.query<Row>(`SELECT ${columns} ${rest}`, values)).map(toAnchor);
  const queue: AnchorQueue = {
    // Only the lock lives in this transaction: each write is durable by itself, so that what was sent stays known.
    alone: (work) =>
      database.transaction(async (tx) => {
        const got = await tx.one<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
        return got?.mine ? work(queue) : undefined;
      }),
    async queueNewest(everySeconds) {
      const added = await sql.one<{ size: number }>(
        `INSERT INTO anchor (size)
         SELECT c.size FROM checkpoint c JOIN log_head h ON c.size <= h.published_size
         WHERE c.size > coalesce((SELECT max(size) FROM anchor), 0)
           AND NOT EXISTS (SELECT FROM anchor WHERE queued_at > now() - make_interval(secs => $1))
           AND ${isWitnessed('$2', '$3')}
         ORDER BY c.size DESC LIMIT 1
         ON CONFLICT DO NOTHING RETURNING size`,
        [everySeconds, names, policy?.quorum ?? 0],
      );
      if (!added) return;
      await sql.query("DELETE FROM anchor WHERE state = 'queued' AND attempts = 0 AND size < $1", [
        added.size,
      ]);
    },
    open: () => rows("WHERE a.state <> 'final' ORDER BY a.size"),
    finals: (limit) => rows("WHERE a.state = 'final' ORDER BY a.size DESC LIMIT $1", [limit]),
    async bestFor(index) {
      const found = await rows(
        `WHERE a.size > $1 ORDER BY array_position(
           ARRAY['final', 'safe', 'included', 'sent', 'queued'], a.state), a.size DESC LIMIT 1`,
        [index],
      );
      return found[0];
    },
    async markSent(size, transaction) {
      await sql.query(
        `UPDATE anchor SET state = 'sent', transaction = $2, sent_at = now(),
           changed_at = now(), block_number = NULL, block_hash = NULL WHERE size = $1`,
        [size, transaction],
      );
    },
    async noteAttempt(size, { maxFee, maxTip }) {
      await sql.query(
        'UPDATE anchor SET attempts = attempts + 1, max_fee = $2, max_tip = $3 WHERE size = $1',
        [size, String(maxFee), String(maxTip)],
      );
    },
    async markPlaced(size, state, { transaction, blockNumber, blockHash }) {
      await sql.query(
        `UPDATE anchor SET state = $2, transaction = $3, block_number = $4, block_hash = $5, changed_at = now(),
           -- Once it is final nothing under its nonce can hang any more.
           max_fee = CASE WHEN $2 = 'final' THEN NULL ELSE max_fee END,
           max_tip = CASE WHEN $2 = 'final' THEN NULL ELSE max_tip END
         WHERE size = $1`,
        [size, state, transaction, blockNumber, blockHash],
      );
    },
    async markLost(size) {
      await sql.query(
        `UPDATE anchor SET state = 'queued', block_number = NULL, block_hash = NULL, changed_at = now()
         WHERE size = $1`,
        [size],
      );
    },
    async drop(size) {
      await sql.query('DELETE FROM anchor WHERE size = $1', [size]);
    },
    async counts() {
      const found = await sql.query<{ state: AnchorState; count: number }>(
        'SELECT state, count(*) AS count FROM anchor GROUP BY state',
      );
      const none = { queued: 0, sent: 0, included: 0, safe: 0, final: 0 };
      return { ...none, ...Object.fromEntries(found.map(({ state, count }) => [state, count])) };
    },
  };
  return queue;
}
