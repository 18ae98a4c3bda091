import { readdir, readFile } from 'node:fs/promises';
import { sha256Hex } from '../canonical/index.ts';
import { fatal } from '../errors/index.ts';
import type { Database } from './index.ts';

const LOCK = 0x786c; // any constant: one migration at a time per database

/**
 * Applies `NNN-name.sql` files in order, forward only, each once, all in one transaction under an advisory lock.
 * A file that changed after it was applied stops the start (`migration-changed`): history is not rewritten.
 * Returns the names newly applied. `scope` keeps several rooms' migrations apart in one database.
 */
export async function migrate(database: Database, folder: URL, scope = 'service'): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(
      `CREATE TABLE IF NOT EXISTS schema_migration (
         scope text NOT NULL, name text NOT NULL, digest text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (scope, name))`,
    );
    const applied = new Map(
      (
        await tx.query<{ name: string; digest: string }>(
          'SELECT name, digest FROM schema_migration WHERE scope = $1',
          [scope],
        )
      ).map((row) => [row.name, row.digest]),
    );
    const fresh: string[] = [];
    for (const name of names) {
      const statements = await readFile(new URL(name, folder), 'utf8');
      const digest = sha256Hex(statements);
      const known = applied.get(name);
      if (known !== undefined && known !== digest) {
        throw fatal('migration-changed', `Migration ${name} changed after it was applied.`);
      }
      if (known !== undefined) continue;
      await tx.query(statements);
      await tx.query('INSERT INTO schema_migration (scope, name, digest) VALUES ($1, $2, $3)', [
        scope,
        name,
        digest,
      ]);
      fresh.push(name);
    }
    return fresh;
  });
}
