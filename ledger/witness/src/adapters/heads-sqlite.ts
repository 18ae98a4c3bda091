import { DatabaseSync } from 'node:sqlite';
import type { Head, Heads } from '../domain/heads.ts';

type Row = { size: number; root: Uint8Array; checkpoint: string };

/** Splits kept for one log: one is proof enough, and a log gone wild must not fill the disk. */
const mostSplits = 100;

/**
 * Heads in one SQLite file. `synchronous = EXTRA` with a rollback journal: a commit is on the disk, and so is the
 * removal of its journal, before it returns. Two processes on one file wait for one another.
 */
export function headsInSqlite(file: string): Heads & { close(): void } {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA');
  database.exec(`
    CREATE TABLE IF NOT EXISTS head (
      origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS split (
      origin TEXT NOT NULL, standing TEXT NOT NULL, offered TEXT NOT NULL, UNIQUE (origin, standing, offered)) STRICT`);
  const select = database.prepare('SELECT size, root, checkpoint FROM head WHERE origin = ?');
  const insert = database.prepare(
    'INSERT INTO head (origin, size, root, checkpoint) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  // The root as well as the size: of two trees of one size only the one that stands is ever written again.
  const update = database.prepare(
    `UPDATE head SET size = $size, root = $root, checkpoint = $checkpoint
     WHERE origin = $origin AND size = $before AND ($size > $before OR root = $root)`,
  );
  const keep = database.prepare(
    `INSERT INTO split (origin, standing, offered)
     SELECT $origin, $standing, $offered WHERE (SELECT count(*) FROM split WHERE origin = $origin) < ${mostSplits}
     ON CONFLICT DO NOTHING`,
  );
  return {
    of(origin) {
      const row = select.get(origin) as Row | undefined;
      return row && { size: row.size, root: new Uint8Array(row.root), checkpoint: row.checkpoint };
    },
    advance(origin, before, { size, root, checkpoint }: Head) {
      const { changes } =
        before === undefined
          ? insert.run(origin, size, root, checkpoint)
          : update.run({
              $origin: origin,
              $before: before,
              $size: size,
              $root: root,
              $checkpoint: checkpoint,
            });
      return changes === 1;
    },
    keepSplit(origin, standing, offered) {
      keep.run({ $origin: origin, $standing: standing, $offered: offered });
    },
    splits: () =>
      database.prepare('SELECT origin, standing, offered FROM split').all() as ReturnType<Heads['splits']>,
    close: () => database.close(),
  };
}
