import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import type { NewNotice, Notice, NoticeKind, Notices } from '../../domain/notice/notices.ts';

type Tools = { clock: Clock; ids: Ids };
type Row = {
  id: string;
  person_id: string;
  at: Date;
  kind: NoticeKind;
  detail: Notice['detail'];
  seen_at: Date | null;
};

/** Writes a notice with the given connection, so that it stands or falls with the change it tells of. */
export async function tellNotice(sql: Sql, tools: Tools, notice: NewNotice): Promise<void> {
  await sql.query('INSERT INTO notice (id, person_id, at, kind, detail) VALUES ($1, $2, $3, $4, $5)', [
    tools.ids.uuid(),
    notice.personId,
    tools.clock.now(),
    notice.kind,
    JSON.stringify(notice.detail),
  ]);
}

export function createNotices(database: Sql, tools: Tools): Notices {
  return {
    tell: (notice) => tellNotice(database, tools, notice),
    async ofPerson(personId, limit) {
      const rows = await database.query<Row>(
        'SELECT * FROM notice WHERE person_id = $1 ORDER BY at DESC, id LIMIT $2',
        [personId, limit],
      );
      return rows.map((row) => ({
        id: row.id,
        personId: row.person_id,
        at: row.at,
        kind: row.kind,
        detail: row.detail,
        ...(row.seen_at === null ? {} : { seenAt: row.seen_at }),
      }));
    },
    async unseen(personId) {
      const row = await database.one<{ count: number }>(
        'SELECT count(*) FROM notice WHERE person_id = $1 AND seen_at IS NULL',
        [personId],
      );
      return row?.count ?? 0;
    },
    async seen(personId, ids) {
      await database.query(
        'UPDATE notice SET seen_at = $3 WHERE person_id = $1 AND id = ANY($2::uuid[]) AND seen_at IS NULL',
        [personId, ids, tools.clock.now()],
      );
    },
  };
}
