import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import type { AuditKind } from '../../domain/audit/audit.ts';
import type { Mandate, MandateEnd, MandateState } from '../../domain/mandate/mandates.ts';
import type { NoticeKind } from '../../domain/notice/notices.ts';
import { recordEvent } from './audit-postgres.ts';
import { tellNotice } from './notices-postgres.ts';
import { type EndingTools, tellOfMandates } from './visited-parties-postgres.ts';

export type Tools = { clock: Clock; ids: Ids };

export type MandateRow = {
  id: string;
  kind: Mandate['kind'];
  principal_id: string;
  actor_id: string | null;
  state: MandateState;
  scope: Mandate['scope'] | null;
  from_at: Date;
  until_at: Date | null;
  made_at: Date;
  named_sealed: Buffer | null;
  invitation_until: Date | null;
  confirmed_at: Date | null;
  ended_at: Date | null;
  end_reason: MandateEnd | null;
};

export function toMandate(row: MandateRow): Mandate {
  return {
    id: row.id,
    kind: row.kind,
    principalId: row.principal_id,
    ...(row.actor_id === null ? {} : { actorId: row.actor_id }),
    state: row.state,
    ...(row.scope === null || row.scope === undefined ? {} : { scope: row.scope }),
    from: row.from_at,
    ...(row.until_at === null ? {} : { until: row.until_at }),
    madeAt: row.made_at,
    ...(row.invitation_until === null ? {} : { invitationUntil: row.invitation_until }),
    ...(row.confirmed_at === null ? {} : { confirmedAt: row.confirmed_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
  };
}

/** Writes what happened to a mandate, and tells those whom it concerns. */
export async function noteMandate(
  sql: Sql,
  tools: Tools,
  event: {
    mandate: MandateRow;
    kind: AuditKind & `mandate.${string}`;
    by?: string | undefined;
    reason?: MandateEnd;
    tell?: { kind: NoticeKind & `mandate.${string}`; whom: readonly (string | null)[] };
  },
): Promise<void> {
  const { mandate } = event;
  const detail = {
    mandate: mandate.id,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  };
  await recordEvent(sql, tools, { kind: event.kind, personId: event.by, detail });
  for (const personId of event.tell?.whom ?? []) {
    if (personId === null || event.tell === undefined) continue;
    await tellNotice(sql, tools, {
      personId,
      kind: event.tell.kind,
      detail: { ...detail, type: mandate.kind },
    });
  }
}

const END_STATES: Readonly<
  Record<MandateEnd, { state: MandateState; audit: AuditKind & `mandate.${string}` }>
> = {
  declined: { state: 'declined', audit: 'mandate.declined' },
  withdrawn: { state: 'withdrawn', audit: 'mandate.withdrawn' },
  'revoked-by-principal': { state: 'revoked', audit: 'mandate.revoked' },
  'revoked-by-actor': { state: 'revoked', audit: 'mandate.revoked' },
  'person-deceased': { state: 'ended', audit: 'mandate.ended' },
  expired: { state: 'ended', audit: 'mandate.ended' },
  'not-accepted-in-time': { state: 'ended', audit: 'mandate.ended' },
  registry: { state: 'ended', audit: 'mandate.ended' },
};

/**
 * The one way in which a mandate ends. `where` picks the open ones with placeholders from $1 on; gives the grants that
 * hung on them. The organisations where they are used are told in the same change. What is over stays as it is.
 */
export async function endMandates(
  sql: Sql,
  tools: EndingTools,
  which: { where: string; values: readonly unknown[]; from: 'offered' | 'active' },
  reason: MandateEnd,
  by?: string,
): Promise<{ count: number; grants: string[] }> {
  const { state, audit } = END_STATES[reason];
  const n = which.values.length;
  const rows = await sql.query<MandateRow>(
    `UPDATE mandate SET state = $${n + 1}, ended_at = $${n + 2}, end_reason = $${n + 3}, invitation = NULL,
       invitation_until = NULL, named_sealed = NULL
     WHERE (${which.where}) AND state = $${n + 4} RETURNING *`,
    [...which.values, state, tools.clock.now(), reason, which.from],
  );
  for (const mandate of rows) {
    const kind = reason === 'declined' ? 'mandate.declined' : 'mandate.ended';
    const whom = reason === 'withdrawn' ? [] : [mandate.principal_id, mandate.actor_id];
    await noteMandate(sql, tools, { mandate, kind: audit, by, reason, tell: { kind, whom } });
  }
  await tellOfMandates(
    sql,
    tools,
    rows.map(({ id }) => id),
  );
  const grants = await sql.query<{ grant_id: string }>(
    'SELECT grant_id FROM delegated_grant WHERE mandate_id = ANY($1::uuid[])',
    [rows.map(({ id }) => id)],
  );
  return { count: rows.length, grants: grants.map((row) => row.grant_id) };
}

/** Death ends every mandate of a person, given and taken. */
export async function endMandatesOfDeceased(sql: Sql, tools: EndingTools, personId: string): Promise<void> {
  const which = { where: 'principal_id = $1 OR actor_id = $1', values: [personId] };
  await endMandates(sql, tools, { ...which, from: 'active' }, 'person-deceased');
  await endMandates(sql, tools, { ...which, from: 'offered' }, 'person-deceased');
}

/** The company-agent mandates of an organisation that has no card left that counts: they rest, and none works meanwhile. */
export async function agentsWithoutCard(sql: Sql, principalId: string, now: Date): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT m.id FROM mandate m WHERE m.principal_id = $1 AND m.kind = 'company-agent' AND m.state = 'active'
       AND NOT EXISTS (SELECT 1 FROM card_certificate c
         WHERE c.person_id = m.principal_id AND c.state = 'active' AND c.not_after > $2)`,
    [principalId, now],
  );
  return rows.map(({ id }) => id);
}
