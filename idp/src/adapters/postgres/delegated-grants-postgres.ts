import type { Database } from '@xinlu/common/sql';
import type { MandateStore } from '../../domain/mandate/mandates.ts';
import { recordEvent } from './audit-postgres.ts';
import { type MandateRow, type Tools, toMandate } from './mandate-rows.ts';

/**
 * In force at $1 for the actor $2, whatever its own row says: both alive, and a company's agent only as long as a card of
 * the company counts.
 */
const IN_FORCE = `m.state = 'active' AND m.from_at <= $1 AND (m.until_at IS NULL OR m.until_at > $1) AND m.actor_id = $2
  AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id IN (m.principal_id, m.actor_id) AND p.state <> 'living')
  AND (m.kind <> 'company-agent' OR EXISTS (SELECT 1 FROM card_certificate c
    WHERE c.person_id = m.principal_id AND c.state = 'active' AND c.not_after > $1))`;

const NOTE_PRINCIPAL = `
  INSERT INTO acquaintance AS known (person_id, client_id, since, last_at, name_since)
  VALUES ($1, $2, $3, $3, CASE WHEN $4 THEN $3::timestamptz END)
  ON CONFLICT (person_id, client_id) DO UPDATE
    SET last_at = excluded.last_at, name_since = coalesce(known.name_since, excluded.name_since)`;

/** Which mandates are in force for an actor, and what a relying party's grant stands on. */
export function delegatedGrants(
  database: Database,
  tools: Tools,
): Pick<MandateStore, 'usableBy' | 'bind' | 'ofGrant'> {
  const { clock } = tools;
  return {
    async usableBy(actorId) {
      const rows = await database.query<MandateRow>(
        `SELECT m.* FROM mandate m WHERE ${IN_FORCE} ORDER BY m.made_at, m.id`,
        [clock.now(), actorId],
      );
      return rows.map(toMandate);
    },
    bind: ({ grantId, mandateId, actorId, clientId, learntName }) =>
      database.transaction(async (tx) => {
        // FOR SHARE: a revocation goes before, and nothing is bound, or after, and ends what is bound here.
        const row = await tx.one<MandateRow>(
          `SELECT m.* FROM mandate m WHERE ${IN_FORCE} AND m.id = $3 FOR SHARE`,
          [clock.now(), actorId, mandateId],
        );
        if (row === undefined) return false;
        await tx.query(
          'INSERT INTO delegated_grant (grant_id, mandate_id, actor_id, client_id, at) VALUES ($1, $2, $3, $4, $5)',
          [grantId, mandateId, actorId, clientId, clock.now()],
        );
        await tx.query(NOTE_PRINCIPAL, [row.principal_id, clientId, clock.now(), learntName]);
        await recordEvent(tx, tools, {
          kind: 'mandate.used',
          personId: actorId,
          detail: { mandate: mandateId, client: clientId },
        });
        return true;
      }),
    async ofGrant(grantId, actorId, clientId) {
      const row = await database.one<MandateRow>(
        `SELECT m.* FROM mandate m JOIN delegated_grant g ON g.mandate_id = m.id
         WHERE g.grant_id = $3 AND g.client_id = $4 AND g.actor_id = $2 AND ${IN_FORCE}`,
        [clock.now(), actorId, grantId, clientId],
      );
      return row === undefined
        ? undefined
        : { mandate: toMandate(row), principalId: row.principal_id, actorId };
    },
  };
}
