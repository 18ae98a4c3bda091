import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import type { VisitedParty } from '../../domain/login/logout-notices.ts';

/** Puts what organisations are to be told into the outbox, with the connection of the change that is the reason. */
export type TellParties = (sql: Sql, visited: readonly VisitedParty[]) => Promise<void>;

/** What the end of a login needs. */
export type EndingTools = { clock: Clock; ids: Ids; tellParties: TellParties };

type Row = { client_id: string; person_id: string; sid: string | null };

const toParty = (row: Row): VisitedParty => ({
  clientId: row.client_id,
  personId: row.person_id,
  ...(row.sid === null ? {} : { sid: row.sid }),
});

/** Whom an organisation knows by a visit `v` in a login `l`: by a mandate its principal. */
const KNOWN_PERSON = `coalesce((SELECT m.principal_id FROM delegated_grant g JOIN mandate m ON m.id = g.mandate_id
  WHERE g.grant_id = v.grant_id), l.person_id)`;

/** All that these logins were used at, and those before them whose session they had taken over. */
export async function visitedParties(sql: Sql, loginIds: readonly string[]): Promise<VisitedParty[]> {
  const rows = await sql.query<Row>(
    `SELECT DISTINCT v.client_id, ${KNOWN_PERSON} AS person_id, v.sid FROM login l JOIN visit v ON v.login_id = l.id
     WHERE l.id = ANY($1::uuid[]) OR l.provider_session IN
       (SELECT provider_session FROM login WHERE id = ANY($1::uuid[]) AND provider_session IS NOT NULL)`,
    [loginIds],
  );
  return rows.map(toParty);
}

/** The live sessions of a person at one organisation. */
export async function sessionsAt(
  sql: Sql,
  where: { personId: string; clientId: string; now: Date },
): Promise<{ parties: VisitedParty[]; providerSessions: string[] }> {
  const rows = await sql.query<Row & { provider_session: string | null }>(
    `SELECT DISTINCT v.client_id, ${KNOWN_PERSON} AS person_id, v.sid, l.provider_session FROM login l JOIN visit v ON v.login_id = l.id
     WHERE l.person_id = $1 AND v.client_id = $2 AND l.provider_session IN
       (SELECT provider_session FROM login WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $3)`,
    [where.personId, where.clientId, where.now],
  );
  return {
    parties: [...new Map(rows.map((row) => [`${row.sid} ${row.person_id}`, toParty(row)])).values()],
    providerSessions: [...new Set(rows.flatMap((row) => row.provider_session ?? []))],
  };
}

/**
 * Tells the organisations at which these mandates are used in a session that still lives: it is over there. Where the
 * session went on as her own, or by another mandate, the organisation is left alone.
 */
export async function tellOfMandates(
  sql: Sql,
  tools: EndingTools,
  mandateIds: readonly string[],
): Promise<void> {
  if (mandateIds.length === 0) return;
  const rows = await sql.query<Row>(
    `SELECT client_id, principal_id AS person_id, sid FROM (
       SELECT DISTINCT ON (l.provider_session, v.client_id) v.client_id, v.sid, v.grant_id
       FROM login l JOIN visit v ON v.login_id = l.id WHERE l.provider_session IN
         (SELECT live.provider_session FROM login live WHERE live.ended_at IS NULL AND live.expires_at > $2
            AND live.person_id IN (SELECT actor_id FROM mandate WHERE id = ANY($1::uuid[])))
       ORDER BY l.provider_session, v.client_id, v.at DESC) last
     JOIN delegated_grant USING (grant_id, client_id) JOIN mandate ON mandate.id = mandate_id
     WHERE mandate_id = ANY($1::uuid[])`,
    [mandateIds, tools.clock.now()],
  );
  await tools.tellParties(sql, rows.map(toParty));
}
