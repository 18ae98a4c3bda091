import type { Sql } from '@xinlu/common/sql';
import type { Acquaintances } from '../../domain/account/acquaintances.ts';

type Row = { client_id: string; since: Date; last_at: Date; name_since: Date | null };

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
