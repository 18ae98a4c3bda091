import { refused } from '@xinlu/common/errors';
import type { Database, Sql } from '@xinlu/common/sql';
import { afterEvent, type CaseEvent, type CaseFile, type StageRules } from '../domain/cases/case-file.ts';
import type { CaseStore, Command, HeldCase, StoredEvent } from '../domain/cases/case-store.ts';
import type { TitleJson } from '../domain/cases/title.ts';

type EventRow = {
  seq: number;
  command_id: string | null;
  name: CaseEvent['name'];
  data: unknown;
  at: Date;
};

/** Any constant: one clockwork at a time per database. */
const lock = 0x63617365;

const toEvent = ({ seq, command_id, name, data, at }: EventRow) =>
  ({ seq, commandId: command_id, name, data, at }) as StoredEvent;

/** @param rulesOf what the type of a case says about its stages */
export function casesInPostgres(database: Database, rulesOf: (type: string) => StageRules): CaseStore {
  const eventsOf = async (sql: Sql, id: string) =>
    (
      await sql.query<EventRow>(
        'SELECT seq, command_id, name, data, at FROM case_event WHERE case_id = $1 ORDER BY seq',
        [id],
      )
    ).map(toEvent);

  async function readFile(sql: Sql, id: string): Promise<CaseFile> {
    let file: CaseFile | undefined;
    for (const event of await eventsOf(sql, id)) {
      const type = file?.type ?? (event.name === 'applied' ? event.data.type : '');
      file = afterEvent(file, event, rulesOf(type), event.at);
    }
    if (!file) throw new Error(`case ${id} has no event`);
    return file;
  }

  async function addEvent(
    tx: Sql,
    id: string,
    before: CaseFile | undefined,
    event: CaseEvent,
    command?: Command,
  ) {
    const seq = (before?.seq ?? 0) + 1;
    const row = await tx.one<{ at: Date }>(
      `INSERT INTO case_event (case_id, seq, command_id, command_hash, name, data)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING at`,
      [id, seq, command?.id ?? null, command?.hash ?? null, event.name, JSON.stringify(event.data)],
    );
    const type = before?.type ?? (event.name === 'applied' ? event.data.type : '');
    const file = afterEvent(before, event, rulesOf(type), row?.at ?? new Date());
    await tx.query('UPDATE case_file SET stage = $2, due_at = $3, seq = $4 WHERE id = $1', [
      id,
      file.stage,
      file.due ?? null,
      seq,
    ]);
    return file;
  }

  async function held<T>(tx: Sql, id: string, work: (held: HeldCase) => Promise<T>): Promise<T> {
    let file = await readFile(tx, id);
    return work({
      get file() {
        return file;
      },
      async commandHash(commandId) {
        const row = await tx.one<{ command_hash: Buffer }>(
          'SELECT command_hash FROM case_event WHERE case_id = $1 AND command_id = $2',
          [id, commandId],
        );
        return row && new Uint8Array(row.command_hash);
      },
      async add(event, command) {
        file = await addEvent(tx, id, file, event, command);
        return file;
      },
    });
  }

  return {
    // Only the lock lives in this transaction.
    alone: (work) =>
      database.transaction(async (tx) => {
        const got = await tx.one<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
        return got?.mine ? work() : undefined;
      }),
    begin: (event, command) =>
      database.transaction(async (tx) => {
        const { id, office, type, unit } = event.data;
        const added = await tx.one(
          `INSERT INTO case_file (id, office, type, unit, stage, seq) VALUES ($1, $2, $3, $4, 'parties', 1)
           ON CONFLICT (id) DO NOTHING RETURNING id`,
          [id, office, type, unit],
        );
        if (added) return addEvent(tx, id, undefined, event, command);
        const same = await tx.one(
          `SELECT FROM case_event e JOIN case_file f ON f.id = e.case_id
           WHERE f.id = $1 AND f.office = $2 AND e.seq = 1 AND e.command_hash = $3`,
          [id, office, command.hash],
        );
        if (!same) throw refused('case-exists', 'This id names another case.', { status: 409 });
        return readFile(tx, id);
      }),
    hold: (id, office, work) =>
      database.transaction(async (tx) => {
        const row = await tx.one('SELECT id FROM case_file WHERE id = $1 AND office = $2 FOR UPDATE', [
          id,
          office,
        ]);
        return row && held(tx, id, work);
      }),
    holdNext: (now, after, work) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ id: string }>(
          `SELECT id FROM case_file
           WHERE id > $1 AND (stage IN ('checks', 'registration') OR (stage = 'returned' AND due_at < $2))
           ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
          [after, now],
        );
        return row && { id: row.id, done: await held(tx, row.id, work) };
      }),
    async events(id, office) {
      const row = await database.one('SELECT id FROM case_file WHERE id = $1 AND office = $2', [id, office]);
      return row ? eventsOf(database, id) : [];
    },
    async queue(office, { stage, dueBefore, limit }) {
      const rows = await database.query<{ id: string }>(
        `SELECT id FROM case_file
         WHERE office = $1 AND ($2::text IS NULL OR stage = $2) AND ($3::timestamptz IS NULL OR due_at < $3)
         ORDER BY due_at NULLS LAST, id LIMIT $4`,
        [office, stage ?? null, dueBefore ?? null, limit],
      );
      return Promise.all(rows.map(({ id }) => readFile(database, id)));
    },
    async unitHistory(unit) {
      const rows = await database.query<EventRow & { case_id: string; type: string }>(
        `SELECT e.case_id, f.type, e.seq, e.command_id, e.name, e.data, e.at
         FROM case_event e JOIN case_file f ON f.id = e.case_id WHERE f.unit = $1 ORDER BY e.at, e.case_id, e.seq`,
        [unit],
      );
      return rows.map((row) => ({ ...toEvent(row), caseId: row.case_id, type: row.type }));
    },
    async title(unit, state) {
      const row = await database.one<{ title: TitleJson }>(
        'SELECT title FROM title_state WHERE unit = $1 AND state = $2',
        [unit, state],
      );
      return row?.title;
    },
    async keepTitle(unit, state, title) {
      await database.query(
        'INSERT INTO title_state (unit, state, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [unit, state, JSON.stringify(title)],
      );
    },
  };
}
