import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { Outbox } from '@xinlu/common/outbox';
import type { Database, Sql } from '@xinlu/common/sql';
import { saltFor } from '../paper.ts';
import { newStatusListWithDecoys, signStatusList } from '../status-list.ts';
import { officeQueues } from './log-papers.ts';

/** Room in a list, and for how long a verifier may rely on one. */
const statusEntries = 131_072;
const ttlSeconds = 24 * 3600;

/** The versions of one office's status list. */
export type StatusLists = {
  newest(sql: Sql): Promise<Uint8Array>;
  /** Adds a version, and the job that logs it. The caller holds the table against other writers. */
  add(tx: Sql, list: Uint8Array): Promise<void>;
  /** The newest version, freshly signed; or the one that was in force at a time gone by, as it was signed then. */
  token(at?: Date): Promise<string | undefined>;
};

export async function openStatusLists(options: {
  issuer: string;
  database: Database;
  outbox: Outbox;
  keys: KeyRing;
  statusUri: string;
  clock: Clock;
  ids: Ids;
}): Promise<StatusLists> {
  const { issuer, database, outbox, keys, statusUri, clock, ids } = options;

  const sign = (list: Uint8Array) =>
    signStatusList(keys, clock, { issuer, uri: statusUri, list, ttlSeconds });

  const newestRow = (sql: Sql) =>
    sql.one<{ list: Buffer }>(
      'SELECT list FROM paper_status_list WHERE issuer = $1 ORDER BY version DESC LIMIT 1',
      [issuer],
    );

  const newest = async (sql: Sql) => {
    const row = await newestRow(sql);
    if (!row) throw new Error(`the office ${issuer} has no status list`);
    return new Uint8Array(row.list);
  };

  const add = async (tx: Sql, list: Uint8Array) => {
    const row = await tx.one<{ version: number }>(
      'INSERT INTO paper_status_list (issuer, list, token, salt, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING version',
      [issuer, Buffer.from(list), await sign(list), Buffer.from(saltFor(ids)), clock.now()],
    );
    await outbox.publish(tx, officeQueues(issuer).list, { version: row?.version });
  };

  // The first version has no job of its own: the outbox is not started yet, and it says nothing of any paper.
  await database.transaction(async (tx) => {
    await tx.query('LOCK TABLE paper_status_list IN SHARE ROW EXCLUSIVE MODE');
    if (await newestRow(tx)) return;
    const places = await tx.query<{ index: number }>('SELECT index FROM status_place WHERE issuer = $1', [
      issuer,
    ]);
    const taken = new Set(places.map(({ index }) => index));
    const list = newStatusListWithDecoys(statusEntries, ids, (index) => taken.has(index));
    await tx.query(
      'INSERT INTO paper_status_list (issuer, list, token, salt, made_at) VALUES ($1, $2, $3, $4, $5)',
      [issuer, Buffer.from(list), await sign(list), Buffer.from(saltFor(ids)), clock.now()],
    );
  });

  return {
    newest,
    add,
    async token(at) {
      if (at === undefined) return sign(await newest(database));
      // What was in force then is signed for then: its own ttl and time, so that a question about then is answered.
      const row = await database.one<{ list: Buffer }>(
        'SELECT list FROM paper_status_list WHERE issuer = $1 AND made_at <= $2 ORDER BY version DESC LIMIT 1',
        [issuer, at],
      );
      if (!row) return undefined;
      const then = { now: () => at };
      return signStatusList(keys, then, {
        issuer,
        uri: statusUri,
        list: new Uint8Array(row.list),
        ttlSeconds,
      });
    },
  };
}
