import type { Sql } from '@xinlu/common/sql';
import type { Visit } from '../../domain/login/logins.ts';

const NOTE = `
  WITH held AS (
    UPDATE login SET provider_session = $2 WHERE id = $1 RETURNING person_id, ended_at IS NOT NULL AS ended
  ), due AS (
    INSERT INTO ending_session (provider_session, since) SELECT $2, $4::timestamptz FROM held WHERE ended
    ON CONFLICT DO NOTHING
  ), seen AS (
    INSERT INTO visit (login_id, client_id, at, sid, grant_id) SELECT $1, $3, $4, $6, $7 FROM held
    ON CONFLICT (login_id, client_id) DO UPDATE
      SET at = excluded.at, sid = coalesce(excluded.sid, visit.sid), grant_id = excluded.grant_id
  )
  INSERT INTO acquaintance AS known (person_id, client_id, since, last_at, name_since)
  SELECT person_id, $3, $4, $4, CASE WHEN $5 THEN $4::timestamptz END FROM held
  ON CONFLICT (person_id, client_id) DO UPDATE
    SET last_at = excluded.last_at, name_since = coalesce(known.name_since, excluded.name_since)`;

/**
 * Ties a login to the provider's session, and notes which organisation it was used at and since when that has known her: one
 * statement, so it holds as one. A session of a login that has ended meanwhile is noted as due to end; its organisation need not
 * be told, since the code that it is given is good for nothing.
 */
export async function noteUse(sql: Sql, use: Visit & { id: string; now: Date }): Promise<void> {
  await sql.query(
    NOTE,
    [
      use.id,
      use.providerSession,
      use.clientId,
      use.now,
      use.learntName,
      use.sid ?? null,
      use.delegatedGrantId ?? null,
    ],
    'note-login-use',
  );
}
