import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import { type Database, type Sql, sqlState } from '@xinlu/common/sql';
import {
  type CounterEnrolment,
  type CounterStore,
  type DocumentCode,
  MOST_ATTEMPTS,
} from '../../domain/counter/counter-store.ts';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';
import { recordEvent } from './audit-postgres.ts';
import { tellNotice } from './notices-postgres.ts';

type Row = {
  id: string;
  person_id: string;
  agency: string;
  documents: DocumentCode[];
  acr: CounterEnrolment['acr'];
  clerk_certificate: string;
  second_certificate: string | null;
  clerk_person: string | null;
  state: CounterEnrolment['state'];
  attempts: number;
  made_at: Date;
  valid_until: Date;
  redeemed_at: Date | null;
};

const COLUMNS = `id, person_id, agency, documents, acr, clerk_certificate, second_certificate, clerk_person, state, attempts, made_at,
  valid_until, redeemed_at`;
const CHECK_VIOLATION = '23514';

const toEnrolment = (row: Row): CounterEnrolment => ({
  id: row.id,
  personId: row.person_id,
  agency: row.agency,
  documents: row.documents,
  acr: row.acr,
  clerk: row.clerk_certificate,
  ...(row.second_certificate === null ? {} : { second: row.second_certificate }),
  ...(row.clerk_person === null ? {} : { clerkPerson: row.clerk_person }),
  state: row.state,
  madeAt: row.made_at,
  validUntil: row.valid_until,
  ...(row.redeemed_at === null ? {} : { redeemedAt: row.redeemed_at }),
});

export function createCounterStore(
  database: Database,
  tools: { vault: IdentityVault; clock: Clock; ids: Ids },
): CounterStore {
  const { vault, clock, ids } = tools;

  async function withdraw(sql: Sql, id: string, by: Parameters<CounterStore['withdraw']>[1]) {
    const row = await sql.one<Row>(
      `UPDATE counter_enrolment SET state = 'withdrawn' WHERE id = $1 AND state IN ('awaiting', 'open', 'redeemed')
       RETURNING ${COLUMNS}`,
      [id],
    );
    if (row === undefined) return false;
    await recordEvent(sql, tools, {
      kind: 'counter.withdrawn',
      personId: row.person_id,
      detail: { enrolment: id, reason: by.reason, ...(by.clerk === undefined ? {} : { clerk: by.clerk }) },
    });
    return true;
  }

  return {
    begin: (enrolment) =>
      database.transaction(async (tx) => {
        const row = await tx.one<Row>(
          `INSERT INTO counter_enrolment (id, person_id, agency, documents, acr, clerk_certificate, code_hash, state, made_at, valid_until,
             clerk_person)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${COLUMNS}`,
          [
            ids.uuid(),
            enrolment.personId,
            enrolment.agency,
            enrolment.documents,
            enrolment.acr,
            enrolment.clerk,
            enrolment.codeHash,
            enrolment.acr === 'high' ? 'awaiting' : 'open',
            clock.now(),
            enrolment.validUntil,
            enrolment.clerkPerson ?? null,
          ],
        );
        if (row === undefined) throw new Error('an insert gave no row');
        const { person_id: personId, agency, acr, clerk_certificate: clerk } = row;
        await recordEvent(tx, tools, {
          kind: 'counter.begun',
          personId,
          detail: {
            enrolment: row.id,
            agency,
            clerk,
            ...(row.clerk_person === null ? {} : { person: row.clerk_person }),
            acr,
            documents: row.documents.join(' '),
          },
        });
        await tellNotice(tx, tools, {
          kind: 'counter.begun',
          personId,
          detail: { enrolment: row.id, agency },
        });
        return toEnrolment(row);
      }),
    async find(id) {
      const row = await database.one<Row>(`SELECT ${COLUMNS} FROM counter_enrolment WHERE id = $1`, [id]);
      return row === undefined ? undefined : toEnrolment(row);
    },
    async awaiting(agency) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM counter_enrolment WHERE agency = $1 AND state = 'awaiting' AND valid_until > $2
         ORDER BY made_at LIMIT 50`,
        [agency, clock.now()],
      );
      return rows.map(toEnrolment);
    },
    async confirm(id, second, validUntil) {
      try {
        return await database.transaction(async (tx) => {
          const row = await tx.one<Row>(
            `UPDATE counter_enrolment SET state = 'open', second_certificate = $2, second_person = $5, valid_until = $3
             WHERE id = $1 AND state = 'awaiting' AND valid_until > $4 RETURNING ${COLUMNS}`,
            [id, second.certificateId, validUntil, clock.now(), second.personId],
          );
          if (row === undefined) return 'gone';
          await recordEvent(tx, tools, {
            kind: 'counter.confirmed',
            personId: row.person_id,
            detail: {
              enrolment: id,
              agency: row.agency,
              clerk: second.certificateId,
              person: second.personId,
            },
          });
          return 'confirmed';
        });
      } catch (error) {
        if (sqlState(error) === CHECK_VIOLATION) return 'same-clerk';
        throw error;
      }
    },
    withdraw: (id, by) => database.transaction((tx) => withdraw(tx, id, by)),
    redeem: (codeHash, claimedNationalId) =>
      database.transaction(async (tx) => {
        const now = clock.now();
        const tried = await tx.one<Row>(
          `UPDATE counter_enrolment SET attempts = attempts + 1
           WHERE code_hash = $1 AND state = 'open' AND valid_until > $2 AND attempts < $3 RETURNING ${COLUMNS}`,
          [codeHash, now, MOST_ATTEMPTS],
        );
        // Asked for an unknown code too: its refusal must not come sooner than that of another person's.
        const row = await tx.one<Row>(
          `UPDATE counter_enrolment SET state = 'redeemed', redeemed_at = $2
           WHERE id = $1 AND person_id = (SELECT id FROM person WHERE national_id_index = $3 AND state = 'living')
           RETURNING ${COLUMNS}`,
          [tried?.id ?? ids.uuid(), now, vault.index(claimedNationalId)],
        );
        if (tried === undefined) {
          await recordEvent(tx, tools, { kind: 'counter.code-refused', detail: { reason: 'unknown' } });
          return undefined;
        }
        const personId = tried.person_id;
        if (row === undefined) {
          const detail = { enrolment: tried.id, reason: 'other-person' };
          await recordEvent(tx, tools, { kind: 'counter.code-refused', personId, detail });
          if (tried.attempts >= MOST_ATTEMPTS) await withdraw(tx, tried.id, { reason: 'attempts' });
          return undefined;
        }
        await recordEvent(tx, tools, { kind: 'counter.redeemed', personId, detail: { enrolment: row.id } });
        return toEnrolment(row);
      }),
  };
}

/** Uses a redeemed enrolment up with the given connection, as part of making the passkey; false when it is no longer there to be used. */
export async function useEnrolment(sql: Sql, id: string): Promise<boolean> {
  const row = await sql.one(
    "UPDATE counter_enrolment SET state = 'used' WHERE id = $1 AND state = 'redeemed' RETURNING id",
    [id],
  );
  return row !== undefined;
}
