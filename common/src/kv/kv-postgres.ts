import type { Database } from '../sql/index.ts';
import type { KeyValue } from './index.ts';
import { runOperation } from './operations.ts';

const SWEEP_MILLISECONDS = 30_000;
const EXPIRES = 'clock_timestamp() + make_interval(secs => $3)';

/**
 * The key-value port on PostgreSQL, the embedded default. Each operation is one statement; the row lock makes it
 * atomic. Expiry is judged by the database's clock, and expired rows are swept in the background.
 */
export function createPostgresKeyValue(database: Database, prefix: string): KeyValue {
  const full = (key: string) => `${prefix}:${key}`;
  const sweeper = setInterval(() => {
    database.query('DELETE FROM key_value WHERE expires_at < now()').catch(() => undefined); // next sweep tries again
  }, SWEEP_MILLISECONDS);
  sweeper.unref();

  const port: Omit<KeyValue, 'batch'> = {
    async get(key) {
      const row = await database.one<{ value: string }>(
        'SELECT value FROM key_value WHERE key = $1 AND expires_at > clock_timestamp()',
        [full(key)],
      );
      return row?.value;
    },
    async set(key, value, ttlSeconds) {
      await database.query(
        `INSERT INTO key_value (key, value, expires_at) VALUES ($1, $2, ${EXPIRES})
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
        [full(key), value, ttlSeconds],
      );
    },
    async setIfAbsent(key, value, ttlSeconds) {
      const row = await database.one(
        `INSERT INTO key_value (key, value, expires_at) VALUES ($1, $2, ${EXPIRES})
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
         WHERE key_value.expires_at <= clock_timestamp() RETURNING key`,
        [full(key), value, ttlSeconds],
      );
      return row !== undefined;
    },
    async take(key) {
      const row = await database.one<{ value: string; live: boolean }>(
        'DELETE FROM key_value WHERE key = $1 RETURNING value, expires_at > clock_timestamp() AS live',
        [full(key)],
      );
      return row?.live === true ? row.value : undefined;
    },
    async replace(key, expected, value, ttlSeconds) {
      const row = await database.one(
        `UPDATE key_value SET value = $2, expires_at = ${EXPIRES}
         WHERE key = $1 AND value = $4 AND expires_at > clock_timestamp() RETURNING key`,
        [full(key), value, ttlSeconds, expected],
      );
      return row !== undefined;
    },
    async delete(key) {
      await database.query('DELETE FROM key_value WHERE key = $1', [full(key)]);
    },
    async increment(key, ttlSeconds) {
      const row = await database.one<{ value: string }>(
        `INSERT INTO key_value (key, value, expires_at) VALUES ($1, $2, ${EXPIRES})
         ON CONFLICT (key) DO UPDATE SET
           value = CASE WHEN key_value.expires_at > clock_timestamp() THEN (key_value.value::bigint + 1)::text ELSE '1' END,
           expires_at = CASE WHEN key_value.expires_at > clock_timestamp() THEN key_value.expires_at ELSE excluded.expires_at END
         RETURNING value`,
        [full(key), '1', ttlSeconds],
      );
      return Number(row?.value);
    },
    healthy: () =>
      database.one('SELECT 1').then(
        () => true,
        () => false,
      ),
    async close() {
      clearInterval(sweeper);
    },
  };

  async function getAll(keys: readonly string[]): Promise<Map<string, string>> {
    const rows =
      keys.length === 0
        ? []
        : await database.query<{ key: string; value: string }>(
            'SELECT key, value FROM key_value WHERE key = ANY($1) AND expires_at > clock_timestamp()',
            [keys.map(full)],
          );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  return {
    ...port,
    // Reads are one statement; writes are one each, so that no two batches wait for each other's rows.
    async batch(operations) {
      const found = getAll(operations.flatMap(({ kind, key }) => (kind === 'get' ? [key] : [])));
      return Promise.all(
        operations.map(async (operation) =>
          operation.kind === 'get' ? (await found).get(full(operation.key)) : runOperation(port, operation),
        ),
      );
    },
  };
}
