import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Database, Sql } from '@xinlu/common/sql';
import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import type { SigningKeyStore, StoredKey } from '../../domain/signing-keys/signing-keys.ts';
import { recordEvent } from './audit-postgres.ts';

const LOCK = 0x786c6b; // any constant of our own: one change of the set at a time

type Row = {
  kid: string;
  alg: IdTokenAlgorithm;
  state: StoredKey['state'];
  sealed: string;
  published_at: Date;
  promoted_at: Date | null;
  retired_at: Date | null;
};

async function all(sql: Sql): Promise<StoredKey[]> {
  const rows = await sql.query<Row>(
    'SELECT kid, alg, state, sealed, published_at, promoted_at, retired_at FROM signing_key ORDER BY published_at, kid',
  );
  return rows.map(({ published_at, promoted_at, retired_at, ...row }) => ({
    ...row,
    publishedAt: published_at,
    promotedAt: promoted_at ?? undefined,
    retiredAt: retired_at ?? undefined,
  }));
}

/** The set of signing keys in PostgreSQL, changed under an advisory lock; each change stands with its audit. */
export function createSigningKeyStore(
  database: Database,
  tools: { clock: Clock; ids: Ids },
): SigningKeyStore {
  return {
    all: () => all(database),
    change: (work) =>
      database.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
        return work({
          keys: () => all(tx),
          async insert({ kid, alg, state, sealed, publishedAt, promotedAt }) {
            await tx.query(
              `INSERT INTO signing_key (kid, alg, state, sealed, published_at, promoted_at)
               VALUES ($1, $2, $3, $4, $5, $6)`,
              [kid, alg, state, sealed, publishedAt, promotedAt ?? null],
            );
          },
          async promote(kid, at) {
            await tx.query("UPDATE signing_key SET state = 'current', promoted_at = $2 WHERE kid = $1", [
              kid,
              at,
            ]);
          },
          async retire(kid, at) {
            await tx.query("UPDATE signing_key SET state = 'retired', retired_at = $2 WHERE kid = $1", [
              kid,
              at,
            ]);
          },
          async remove(kid) {
            await tx.query('DELETE FROM signing_key WHERE kid = $1', [kid]);
          },
          record: (event) => recordEvent(tx, tools, event),
        });
      }),
  };
}
