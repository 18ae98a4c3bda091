import type { Sql } from '@xinlu/common/sql';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';
import { recordEvent } from './audit-postgres.ts';
import type { Tools } from './mandate-rows.ts';

/** The person with this national ID, made with the name that the civil registry gives if nobody has met her yet. */
export async function personByNationalId(
  sql: Sql,
  tools: Tools & { vault: IdentityVault },
  ward: { nationalId: string; name: string },
): Promise<string> {
  const { vault, ids, clock } = tools;
  const id = ids.uuid();
  const index = vault.index(ward.nationalId);
  const made = await sql.one<{ id: string }>(
    `INSERT INTO person (id, national_id_index, national_id_sealed, name_sealed, webauthn_user_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (national_id_index) DO NOTHING RETURNING id`,
    [
      id,
      index,
      vault.seal(id, 'national-id', ward.nationalId),
      vault.seal(id, 'name', ward.name),
      ids.bytes(32),
      clock.now(),
    ],
  );
  if (made !== undefined) {
    await recordEvent(sql, tools, { kind: 'person.created', personId: id, detail: {} });
    return id;
  }
  const known = await sql.one<{ id: string }>('SELECT id FROM person WHERE national_id_index = $1', [index]);
  if (known === undefined) throw new Error('a person vanished in her own transaction');
  return known.id;
}
