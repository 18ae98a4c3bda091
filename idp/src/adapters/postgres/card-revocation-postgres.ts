import type { Database } from '@xinlu/common/sql';
import type { CardRevocation } from '../../domain/card/revoke-card.ts';
import { recordEvent } from './audit-postgres.ts';
import { endLogins } from './login-store-postgres.ts';
import { agentsWithoutCard } from './mandate-rows.ts';
import { tellNotice } from './notices-postgres.ts';
import { suspendPasskeys } from './passkey-suspension.ts';
import { type EndingTools, tellOfMandates } from './visited-parties-postgres.ts';

export function createCardRevocation(database: Database, tools: EndingTools): CardRevocation {
  return {
    stop: (certificateId, state) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ person_id: string }>(
          `UPDATE card_certificate SET state = $3, revoked_at = $2
           WHERE id = $1 AND state <> 'revoked' AND state <> $3 RETURNING person_id`,
          [certificateId, tools.clock.now(), state],
        );
        if (row === undefined) return [];
        await recordEvent(tx, tools, {
          kind: `certificate.${state}`,
          personId: row.person_id,
          detail: { certificate: certificateId },
        });
        await tellNotice(tx, tools, {
          personId: row.person_id,
          kind: `certificate.${state}`,
          detail: { certificate: certificateId },
        });
        await suspendPasskeys(tx, tools, { certificateId });
        await tellOfMandates(tx, tools, await agentsWithoutCard(tx, row.person_id, tools.clock.now()));
        return endLogins(tx, tools, { certificateId }, 'card-revoked');
      }),
    expire: (limit) =>
      database.transaction(async (tx) => {
        const now = tools.clock.now();
        const rows = await tx.query<{ id: string; person_id: string }>(
          `UPDATE card_certificate SET expiry_noted_at = $1 WHERE id IN
             (SELECT id FROM card_certificate WHERE expiry_noted_at IS NULL AND not_after <= $1
              ORDER BY not_after LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING id, person_id`,
          [now, limit],
        );
        for (const { id, person_id: personId } of rows) {
          await suspendPasskeys(tx, tools, { certificateId: id });
          await tellOfMandates(tx, tools, await agentsWithoutCard(tx, personId, now));
        }
        return rows.length;
      }),
    release: (certificateId) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ person_id: string }>(
          `UPDATE card_certificate SET state = 'active', revoked_at = NULL
           WHERE id = $1 AND state = 'held' RETURNING person_id`,
          [certificateId],
        );
        if (row === undefined) return;
        const personId = row.person_id;
        await recordEvent(tx, tools, {
          kind: 'certificate.released',
          personId,
          detail: { certificate: certificateId },
        });
        await tellNotice(tx, tools, {
          personId,
          kind: 'certificate.released',
          detail: { certificate: certificateId },
        });
        const restored = await tx.query<{ id: string }>(
          `UPDATE passkey SET state = 'active' WHERE certificate_id = $1 AND state = 'suspended' AND recovery_id IS NULL
             AND EXISTS (SELECT 1 FROM card_certificate c WHERE c.id = $1 AND c.not_after > $2)
             AND EXISTS (SELECT 1 FROM person WHERE person.id = person_id AND person.state = 'living') RETURNING id`,
          [certificateId, tools.clock.now()],
        );
        for (const { id } of restored) {
          await recordEvent(tx, tools, { kind: 'passkey.restored', personId, detail: { passkey: id } });
          await tellNotice(tx, tools, { kind: 'passkey.restored', personId, detail: { passkey: id } });
        }
      }),
  };
}
