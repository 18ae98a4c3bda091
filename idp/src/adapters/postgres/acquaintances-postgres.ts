import type { Clock } from '@xinlu/common/clock';
import type { Sql } from '@xinlu/common/sql';
import type { Acquaintances } from '../../domain/account/acquaintances.ts';

type Row = { client_id: string; since: Date; last_at: Date; name_since: Date | null };

/** Notes with the given connection that an organisation has met a person. */
export async function noteAcquaintance(
  sql: Sql,
  tools: { clock: Clock },
  met: { personId: string; clientId: string; learntName: boolean },
): Promise<void> {
  await sql.query(
    `INSERT INTO acquaintance AS known (person_id, client_id, since, last_at, name_since)
     VALUES ($1, $2, $3, $3, CASE WHEN $4 THEN $3::timestamptz END)
     ON CONFLICT (person_id, client_id) DO UPDATE
       SET last_at = excluded.last_at, name_since = coalesce(known.name_since, excluded.name_since)`,
    [met.personId, met.clientId, tools.clock.now(), met.learntName],
  );
}

export function createAcquaintances(database: Sql): Acquaintances {
  return {
    async ofPerson(personId) {
      const rows = await database.query<Row>(
        'SELECT * FROM acquaintance WHERE person_id = $1 ORDER BY last_at DESC, client_id',
        [personId],
      );
      return rows.map((row) => ({
        clientId: row.client_id,
        since: row.since,
        lastAt: row.last_at,
        ...(row.name_since === null ? {} : { nameSince: row.name_since }),
      }));
    },
  };
}
