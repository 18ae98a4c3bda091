import { fatal, refused, retryable } from '@xinlu/common/errors';
import type { Database, Sql } from '@xinlu/common/sql';
import { type EntryType, formatVerifierKey } from '@xinlu/verifier';
import type { LogSigner } from '../domain/log-signer.ts';
import type { LogStore, SequencerSession, StoredCheckpoint, StoredEntry } from '../domain/log-store.ts';
import type { ReadTile } from '../domain/tree.ts';
import { inBatches } from './batches.ts';

type EntryRow = {
  id: string;
  type: EntryType;
  issuer: string;
  commitment: Buffer;
  leaf_index: number | null;
};
type CheckpointRow = { size: number; root: Buffer; note: string };
type Head = { size: number; published_size: number | null };

type NewEntry = Omit<StoredEntry, 'index'>;

/** Entries in one INSERT. */
const insertLimit = 1000;

/**
 * A sequencer that dies loses the head with its connection. One that is frozen, or whose machine fell off the
 * network, loses it once PostgreSQL has not heard from it for so long: longer than one write of a tile may take.
 */
const longestSilenceMilliseconds = 40_000;

const entryColumns = 'id, type, issuer, commitment, leaf_index';

function toEntry({ leaf_index: index, commitment, ...row }: EntryRow): StoredEntry {
  return { ...row, commitment: new Uint8Array(commitment), index };
}

function toCheckpoint({ root, ...row }: CheckpointRow): StoredCheckpoint {
  return { ...row, root: new Uint8Array(root) };
}

function tileReader(sql: Sql): ReadTile {
  return async ({ level, position }) => {
    const row = await sql.one<{ hashes: Buffer }>(
      'SELECT hashes FROM tile WHERE level = $1 AND position = $2',
      [level, position],
    );
    if (!row) throw new Error(`no tile ${level}/${position}`);
    return new Uint8Array(row.hashes);
  };
}

/** Opens the log in PostgreSQL; a database that holds another log, or the same under another key, is refused. */
export async function logStoreInPostgres(
  database: Database,
  signer: LogSigner,
  { silenceMilliseconds = longestSilenceMilliseconds } = {},
): Promise<LogStore> {
  await claimLog(database, signer);

  async function find(id: string): Promise<StoredEntry | undefined> {
    const row = await database.one<EntryRow>(`SELECT ${entryColumns} FROM entry WHERE id = $1`, [id]);
    return row && toEntry(row);
  }

  const insert = inBatches((entries: readonly NewEntry[]) => insertEntries(database, entries), insertLimit);

  return {
    async submit(entry) {
      const standing = await insert(entry).catch((cause) => {
        throw retryable('log-unavailable', 'The log cannot take entries now; send it again.', { cause });
      });
      if (standing.type !== entry.type) {
        throw refused('entry-conflict', `This commitment already stands as ${standing.type}.`, {
          status: 409,
        });
      }
      return { entry: standing, created: standing.id === entry.id };
    },
    entry: find,
    sequence: (work) =>
      database.transaction(async (tx) => {
        const head = await tx.one<Head>(
          `SELECT size, published_size, set_config('idle_in_transaction_session_timeout', $1, true)
           FROM log_head FOR UPDATE SKIP LOCKED`,
          [String(silenceMilliseconds)],
        );
        return head && work(sessionOver(tx, head));
      }),
    async published() {
      const row = await database.one<CheckpointRow>(
        'SELECT c.size, c.root, c.note FROM checkpoint c JOIN log_head h ON h.published_size = c.size',
      );
      return row && toCheckpoint(row);
    },
    async checkpointAt(size) {
      const row = await database.one<CheckpointRow>(
        `SELECT c.size, c.root, c.note FROM checkpoint c JOIN log_head h ON c.size <= h.published_size
         WHERE c.size = $1`,
        [size],
      );
      return row && toCheckpoint(row);
    },
    readTile: tileReader(database),
    async counts() {
      const row = await database.one<{ size: number; published: number; pending: number; oldest: number }>(
        `SELECT h.size, coalesce(h.published_size, 0)::bigint AS published, p.pending, p.oldest
         FROM log_head h, LATERAL (
           SELECT count(*) AS pending,
                  coalesce(extract(epoch FROM now() - min(accepted_at)), 0)::float8 AS oldest
           FROM entry WHERE leaf_index IS NULL) p`,
      );
      const { size = 0, published = 0, pending = 0, oldest = 0 } = row ?? {};
      return { size, published, pending, oldestPendingSeconds: oldest };
    },
  };
}

/** What stands in the log for each of these, inserted or not, in their order; durable once it returns. */
async function insertEntries(database: Database, entries: readonly NewEntry[]): Promise<StoredEntry[]> {
  // In one order everywhere, so that two processes that insert the same entries wait for one another in turn.
  const sorted = entries.toSorted((a, b) => Buffer.compare(a.commitment, b.commitment));
  const commitments = sorted.map(({ commitment }) => commitment);
  const issuers = sorted.map(({ issuer }) => issuer);
  const rows = await database.query<EntryRow>(
    `INSERT INTO entry (id, type, issuer, commitment)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
     ON CONFLICT (issuer, commitment) DO NOTHING RETURNING ${entryColumns}`,
    [sorted.map(({ id }) => id), sorted.map(({ type }) => type), issuers, commitments],
  );
  if (rows.length < entries.length) {
    const standing = await database.query<EntryRow>(
      `SELECT ${entryColumns} FROM entry
       JOIN unnest($1::text[], $2::bytea[]) AS given (issuer, commitment) USING (issuer, commitment)`,
      [issuers, commitments],
    );
    rows.push(...standing);
  }
  const byKey = new Map(rows.map((row) => [keyOf(row), toEntry(row)]));
  return entries.map((entry) => {
    const found = byKey.get(keyOf(entry));
    if (!found) throw fatal('entry-lost', 'The entry could not be stored.');
    return found;
  });
}

function keyOf({ issuer, commitment }: { issuer: string; commitment: Uint8Array }): string {
  return `${issuer} ${Buffer.from(commitment).toString('base64')}`;
}

async function claimLog(database: Database, signer: LogSigner): Promise<void> {
  const key = formatVerifierKey(signer.key);
  await database.query('INSERT INTO log_head (origin, verifier_key) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    signer.origin,
    key,
  ]);
  const head = await database.one<{ origin: string; verifier_key: string }>(
    'SELECT origin, verifier_key FROM log_head',
  );
  if (head?.origin !== signer.origin || head.verifier_key !== key) {
    throw fatal(
      'log-identity-changed',
      `The database holds the log ${head?.origin} under another key or name.`,
    );
  }
}

function sessionOver(tx: Sql, head: Head): SequencerSession {
  return {
    size: head.size,
    publishedSize: head.published_size,
    readTile: tileReader(tx),
    async pending(limit) {
      const rows = await tx.query<EntryRow>(
        `SELECT ${entryColumns} FROM entry WHERE leaf_index IS NULL ORDER BY id LIMIT $1`,
        [limit],
      );
      return rows.map(toEntry);
    },
    async grow(entries, tiles, checkpoint) {
      await tx.query(
        `UPDATE entry SET leaf_index = $2 + place.at - 1
         FROM unnest($1::uuid[]) WITH ORDINALITY AS place (id, at) WHERE entry.id = place.id`,
        [entries.map(({ id }) => id), head.size],
      );
      for (const { level, position, hashes } of tiles) {
        await tx.query(
          `INSERT INTO tile (level, position, hashes) VALUES ($1, $2, $3)
           ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes`,
          [level, position, hashes],
        );
      }
      await putCheckpoint(tx, checkpoint);
      await tx.query('UPDATE log_head SET size = $1', [checkpoint.size]);
    },
    begin: (checkpoint) => putCheckpoint(tx, checkpoint),
    async checkpointAt(size) {
      const row = await tx.one<CheckpointRow>('SELECT size, root, note FROM checkpoint WHERE size = $1', [
        size,
      ]);
      return row && toCheckpoint(row);
    },
    async entriesFrom(index, limit) {
      const rows = await tx.query<EntryRow>(
        `SELECT ${entryColumns} FROM entry WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`,
        [index, index + limit],
      );
      return rows.map(toEntry);
    },
    async markPublished(size) {
      await tx.query('UPDATE log_head SET published_size = $1', [size]);
    },
  };
}

async function putCheckpoint(tx: Sql, { size, root, note }: StoredCheckpoint): Promise<void> {
  await tx.query('INSERT INTO checkpoint (size, root, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    size,
    root,
    note,
  ]);
}
