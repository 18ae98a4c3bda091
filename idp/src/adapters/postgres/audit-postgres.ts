import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import type { Audit, AuditEvent } from '../../domain/audit/audit.ts';

type Tools = { clock: Clock; ids: Ids };

/** Writes an event with the given connection, so that it stands or falls with the change it tells of. */
export async function recordEvent(sql: Sql, tools: Tools, event: AuditEvent): Promise<void> {
  await sql.query('INSERT INTO audit_event (id, at, person_id, kind, detail) VALUES ($1, $2, $3, $4, $5)', [
    tools.ids.uuid(),
    tools.clock.now(),
    event.personId ?? null,
    event.kind,
    JSON.stringify(event.detail),
  ]);
}

export function createAudit(database: Sql, tools: Tools): Audit {
  return { record: (event) => recordEvent(database, tools, event) };
}
