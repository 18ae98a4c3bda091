import type { Database, Sql } from '@xinlu/common/sql';
import type { Recoveries, Recovery } from '../../domain/recovery/recoveries.ts';
import { recordEvent } from './audit-postgres.ts';
import { endLogins } from './login-store-postgres.ts';
import { tellNotice } from './notices-postgres.ts';
import type { EndingTools } from './visited-parties-postgres.ts';

type Row = {
  id: string;
  person_id: string;
  passkey_id: string;
  way: Recovery['way'];
  begun_at: Date;
  cooling_until: Date;
};
const COLUMNS = 'id, person_id, passkey_id, way, begun_at, cooling_until';

const toRecovery = (row: Row): Recovery => ({
  id: row.id,
  personId: row.person_id,
  passkeyId: row.passkey_id,
  way: row.way,
  begunAt: row.begun_at,
  coolingUntil: row.cooling_until,
});

/** Whether somebody ever signed in as this person, or could, by anything but this passkey. */
export async function hasOtherWays(sql: Sql, personId: string, passkeyId: string): Promise<boolean> {
  const row = await sql.one(
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM card_certificate WHERE person_id = $1)
       OR EXISTS (SELECT 1 FROM passkey WHERE person_id = $1 AND id <> $2 AND state <> 'removed')`,
    [personId, passkeyId],
  );
  return row !== undefined;
}

/**
 * Begins a recovery with the given connection, as part of making its passkey: every other passkey of hers is suspended and
 * its logins end, but for the one that asked (`spared`). The provider's sessions are noted as due to end.
 */
export async function beginRecovery(
  sql: Sql,
  tools: EndingTools,
  made: { personId: string; passkeyId: string; way: Recovery['way']; spared?: string; seconds: number },
): Promise<void> {
  const { personId, passkeyId, way } = made;
  const now = tools.clock.now();
  const id = tools.ids.uuid();
  await sql.query(`INSERT INTO recovery (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)`, [
    id,
    personId,
    passkeyId,
    way,
    now,
    new Date(now.getTime() + made.seconds * 1000),
  ]);
  await recordEvent(sql, tools, {
    kind: 'recovery.begun',
    personId,
    detail: { recovery: id, passkey: passkeyId, way },
  });
  await tellNotice(sql, tools, { kind: 'recovery.begun', personId, detail: { recovery: id, way } });
  const suspended = await sql.query<{ id: string }>(
    `UPDATE passkey SET state = 'suspended', recovery_id = $2
     WHERE person_id = $1 AND id <> $3 AND id IS DISTINCT FROM $4::uuid AND state = 'active' RETURNING id`,
    [personId, id, passkeyId, made.spared ?? null],
  );
  for (const passkey of suspended) {
    await recordEvent(sql, tools, {
      kind: 'passkey.suspended',
      personId,
      detail: { passkey: passkey.id, recovery: id },
    });
    await endLogins(sql, tools, { passkeyId: passkey.id }, 'recovery');
  }
}

export function createRecoveries(database: Database, tools: EndingTools): Recoveries {
  const { clock } = tools;
  const one = async (where: string, value: string) => {
    const row = await database.one<Row>(
      `SELECT ${COLUMNS} FROM recovery WHERE ${where} AND cancelled_at IS NULL AND cooling_until > $2
       ORDER BY begun_at DESC LIMIT 1`,
      [value, clock.now()],
    );
    return row === undefined ? undefined : toRecovery(row);
  };
  return {
    cooling: (personId) => one('person_id = $1', personId),
    thatSuspended: (passkeyId) =>
      one('id = (SELECT recovery_id FROM passkey WHERE passkey.id = $1)', passkeyId),
    cancel: (id, by) =>
      database.transaction(async (tx) => {
        // All that cool off, not this one alone: whoever got in by one could have begun another.
        const rows = await tx.query<Row>(
          `UPDATE recovery SET cancelled_at = $2 WHERE cancelled_at IS NULL AND cooling_until > $2
             AND person_id = (SELECT person_id FROM recovery r WHERE r.id = $1) RETURNING ${COLUMNS}`,
          [id, clock.now()],
        );
        const [first] = rows;
        if (first === undefined) return undefined;
        const personId = first.person_id;
        const sessions: string[] = [];
        for (const { id: recovery, passkey_id: passkeyId } of rows) {
          await recordEvent(tx, tools, { kind: 'recovery.cancelled', personId, detail: { recovery, ...by } });
          await tx.query("UPDATE passkey SET state = 'removed' WHERE id = $1", [passkeyId]);
          sessions.push(...(await endLogins(tx, tools, { passkeyId }, 'recovery')));
        }
        await tellNotice(tx, tools, { kind: 'recovery.cancelled', personId, detail: { recovery: first.id } });
        await restore(
          tx,
          rows.map((row) => row.id),
          personId,
        );
        return sessions;
      }),
  };

  /** Those whose card was revoked or held, or ran out, meanwhile stay suspended, now for that reason. */
  async function restore(tx: Sql, recoveries: string[], personId: string): Promise<void> {
    const restored = await tx.query<{ id: string }>(
      `UPDATE passkey SET state = 'active' WHERE recovery_id = ANY($1::uuid[]) AND state = 'suspended'
         AND (certificate_id IS NULL OR EXISTS
           (SELECT 1 FROM card_certificate c WHERE c.id = certificate_id AND c.state = 'active' AND c.not_after > $2))
         AND EXISTS (SELECT 1 FROM person WHERE person.id = person_id AND person.state = 'living') RETURNING id`,
      [recoveries, clock.now()],
    );
    await tx.query('UPDATE passkey SET recovery_id = NULL WHERE recovery_id = ANY($1::uuid[])', [recoveries]);
    for (const passkey of restored)
      await recordEvent(tx, tools, { kind: 'passkey.restored', personId, detail: { passkey: passkey.id } });
  }
}
