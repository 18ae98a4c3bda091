import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Sql } from '@xinlu/common/sql';
import { recordEvent } from './audit-postgres.ts';
import { tellNotice } from './notices-postgres.ts';

/**
 * Suspends the passkeys of a certificate (revoked, on hold, run out) or of a person with the given connection, as part of the
 * change that is the reason. They count again only when that reason itself is taken back: a hold is let go, a death or a
 * recovery withdrawn. A revocation and an expiry never are; a renewed card is another certificate and restores nothing.
 */
export async function suspendPasskeys(
  sql: Sql,
  tools: { clock: Clock; ids: Ids },
  which: { certificateId: string } | { personId: string },
): Promise<void> {
  const [column, value] =
    'personId' in which ? ['person_id', which.personId] : ['certificate_id', which.certificateId];
  const suspended = await sql.query<{ id: string; person_id: string }>(
    `UPDATE passkey SET state = 'suspended' WHERE ${column} = $1 AND state = 'active' RETURNING id, person_id`,
    [value],
  );
  for (const { id, person_id: personId } of suspended) {
    await recordEvent(sql, tools, { kind: 'passkey.suspended', personId, detail: { passkey: id } });
    await tellNotice(sql, tools, { kind: 'passkey.suspended', personId, detail: { passkey: id } });
  }
}
