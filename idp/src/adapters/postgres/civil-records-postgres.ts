import type { Database } from '@xinlu/common/sql';
import type { CivilRecords } from '../../domain/person/civil-notices.ts';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';
import { recordEvent } from './audit-postgres.ts';
import { endLogins } from './login-store-postgres.ts';
import { endMandatesOfDeceased } from './mandate-rows.ts';
import { tellNotice } from './notices-postgres.ts';
import { suspendPasskeys } from './passkey-suspension.ts';
import type { EndingTools } from './visited-parties-postgres.ts';

export function createCivilRecords(
  database: Database,
  tools: { vault: IdentityVault } & EndingTools,
): CivilRecords {
  const { vault, clock } = tools;
  return {
    deceased: (nationalId, at = clock.now()) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ id: string }>(
          `UPDATE person SET state = 'deceased', civil_state_at = $2
           WHERE national_id_index = $1 AND state = 'living' AND (civil_state_at IS NULL OR civil_state_at < $2)
           RETURNING id`,
          [vault.index(nationalId), at],
        );
        if (row === undefined) return [];
        await recordEvent(tx, tools, { kind: 'person.deceased', personId: row.id, detail: {} });
        await suspendPasskeys(tx, tools, { personId: row.id });
        // The logins first: who acted in one of them has left already, and is not told of twice.
        const sessions = await endLogins(tx, tools, { personId: row.id }, 'person-deceased');
        await endMandatesOfDeceased(tx, tools, row.id);
        return sessions;
      }),
    living: (nationalId, at) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ id: string }>(
          `UPDATE person SET state = 'living', civil_state_at = $2
           WHERE national_id_index = $1 AND state = 'deceased' AND (civil_state_at IS NULL OR civil_state_at < $2)
           RETURNING id`,
          [vault.index(nationalId), at],
        );
        if (row === undefined) return;
        const personId = row.id;
        await recordEvent(tx, tools, { kind: 'person.death-withdrawn', personId, detail: {} });
        await tellNotice(tx, tools, { kind: 'person.death-withdrawn', personId, detail: {} });
        const restored = await tx.query<{ id: string }>(
          `UPDATE passkey SET state = 'active' WHERE person_id = $1 AND state = 'suspended' AND recovery_id IS NULL
             AND (certificate_id IS NULL OR EXISTS
               (SELECT 1 FROM card_certificate c WHERE c.id = certificate_id AND c.state = 'active' AND c.not_after > $2))
           RETURNING id`,
          [personId, clock.now()],
        );
        for (const { id } of restored)
          await recordEvent(tx, tools, { kind: 'passkey.restored', personId, detail: { passkey: id } });
      }),
    renamed: (nationalId, name, at) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ id: string }>(
          `SELECT id FROM person WHERE national_id_index = $1 AND (name_since IS NULL OR name_since < $2) FOR UPDATE`,
          [vault.index(nationalId), at],
        );
        if (row === undefined) return;
        const personId = row.id;
        await tx.query('UPDATE person SET name_sealed = $2, name_since = $3 WHERE id = $1', [
          personId,
          vault.seal(personId, 'name', name),
          at,
        ]);
        await recordEvent(tx, tools, { kind: 'person.renamed', personId, detail: {} });
        await tellNotice(tx, tools, { kind: 'person.renamed', personId, detail: {} });
      }),
  };
}
