import { refused } from '@xinlu/common/errors';
import { type Database, type Sql, sqlState } from '@xinlu/common/sql';
import { codeRefused } from '../../domain/counter/redeem-code.ts';
import { passkeysFull } from '../../domain/passkey/enrol-passkey.ts';
import {
  type Making,
  MOST_PASSKEYS,
  type Origin,
  type Passkey,
  type PasskeyStore,
} from '../../domain/passkey/passkeys.ts';
import { recordEvent } from './audit-postgres.ts';
import { useEnrolment } from './counter-store-postgres.ts';
import { tellNotice } from './notices-postgres.ts';
import { beginRecovery, hasOtherWays } from './recoveries-postgres.ts';
import type { EndingTools } from './visited-parties-postgres.ts';

type Row = {
  id: string;
  person_id: string;
  certificate_id: string | null;
  counter_enrolment_id: string | null;
  credential_id: Buffer;
  public_key: Buffer;
  counter: number;
  transports: string[];
  device_bound: boolean;
  backed_up: boolean;
  aaguid: string;
  attested: boolean;
  acr: Passkey['acr'];
  name: string;
  state: Passkey['state'];
  suspended_by?: NonNullable<Passkey['suspendedBy']> | null;
  created_at: Date;
  last_used_at: Date | null;
};

function originOf({ certificate_id: certificateId, counter_enrolment_id: counterEnrolmentId }: Row): Origin {
  if (certificateId !== null) return { certificateId };
  if (counterEnrolmentId !== null) return { counterEnrolmentId };
  throw new Error('a passkey that hangs on nothing');
}

function toPasskey(row: Row): Passkey {
  return {
    id: row.id,
    personId: row.person_id,
    origin: originOf(row),
    credentialId: new Uint8Array(row.credential_id),
    publicKey: new Uint8Array(row.public_key),
    counter: row.counter,
    transports: row.transports,
    deviceBound: row.device_bound,
    backedUp: row.backed_up,
    aaguid: row.aaguid,
    attested: row.attested,
    acr: row.acr,
    name: row.name,
    state: row.state,
    ...(row.suspended_by ? { suspendedBy: row.suspended_by } : {}),
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}

const UNIQUE_VIOLATION = '23505';
const INSERT = `INSERT INTO passkey (id, person_id, certificate_id, counter_enrolment_id, credential_id, public_key, counter,
    transports, device_bound, backed_up, aaguid, attested, acr, name, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING *`;

export function createPasskeyStore(
  database: Database,
  tools: EndingTools & { coolingSeconds: number },
): PasskeyStore {
  const { clock, ids, coolingSeconds: seconds } = tools;

  async function finishMaking(tx: Sql, { id: passkeyId, personId }: Passkey, how: Making): Promise<void> {
    if ('recoveryBy' in how) {
      const made = { personId, passkeyId, way: 'passkey', spared: how.recoveryBy, seconds } as const;
      return beginRecovery(tx, tools, made);
    }
    if (!(await useEnrolment(tx, how.redeems))) throw codeRefused();
    if (await hasOtherWays(tx, personId, passkeyId))
      await beginRecovery(tx, tools, { personId, passkeyId, way: 'counter', seconds });
  }

  return {
    async add(passkey, how) {
      try {
        return await database.transaction(async (tx) => {
          // Locks the person, so that two at once are counted one after the other.
          await tx.query('SELECT id FROM person WHERE id = $1 FOR UPDATE', [passkey.personId]);
          const counted = await tx.one<{ count: number }>(
            "SELECT count(*) FROM passkey WHERE person_id = $1 AND state <> 'removed'",
            [passkey.personId],
          );
          if ((counted?.count ?? 0) >= MOST_PASSKEYS) throw passkeysFull();
          const row = await tx.one<Row>(INSERT, [
            ids.uuid(),
            passkey.personId,
            'certificateId' in passkey.origin ? passkey.origin.certificateId : null,
            'counterEnrolmentId' in passkey.origin ? passkey.origin.counterEnrolmentId : null,
            passkey.credentialId,
            passkey.publicKey,
            passkey.counter,
            passkey.transports,
            passkey.deviceBound,
            passkey.backedUp,
            passkey.aaguid,
            passkey.attested,
            passkey.acr,
            passkey.name,
            clock.now(),
          ]);
          if (row === undefined) throw new Error('an insert gave no row');
          if (how !== undefined) await finishMaking(tx, toPasskey(row), how);
          await tellNotice(tx, tools, {
            personId: row.person_id,
            kind: 'passkey.enrolled',
            detail: { passkey: row.id },
          });
          return toPasskey(row);
        });
      } catch (error) {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
        throw refused('passkey-known', 'This passkey is already in use.', { status: 409, cause: error });
      }
    },
    async byCredential(credentialId) {
      const row = await database.one<Row>('SELECT * FROM passkey WHERE credential_id = $1', [credentialId]);
      return row === undefined ? undefined : toPasskey(row);
    },
    async ofPerson(personId) {
      const rows = await database.query<Row>(
        `SELECT p.*, CASE WHEN p.state <> 'suspended' THEN NULL WHEN p.recovery_id IS NOT NULL THEN 'recovery'
             WHEN c.state = 'active' AND c.not_after <= $2 THEN 'card-expired' ELSE 'card' END AS suspended_by
         FROM passkey p LEFT JOIN card_certificate c ON c.id = p.certificate_id
         WHERE p.person_id = $1 AND p.state <> 'removed' ORDER BY p.created_at`,
        [personId, clock.now()],
      );
      return rows.map(toPasskey);
    },
    async used(id, seen, now) {
      const row = await database.one(
        `UPDATE passkey SET counter = $3, backed_up = $4, last_used_at = $5
         WHERE id = $1 AND counter = $2 AND state <> 'removed' RETURNING id`,
        [id, seen.counter, now.counter, now.backedUp, clock.now()],
      );
      return row !== undefined;
    },
    async rename(personId, id, name) {
      const row = await database.one(
        "UPDATE passkey SET name = $3 WHERE id = $1 AND person_id = $2 AND state <> 'removed' RETURNING id",
        [id, personId, name],
      );
      return row !== undefined;
    },
    remove: (personId, id) =>
      database.transaction(async (tx) => {
        const row = await tx.one(
          "UPDATE passkey SET state = 'removed' WHERE id = $1 AND person_id = $2 AND state <> 'removed' RETURNING id",
          [id, personId],
        );
        if (row === undefined) return false;
        await recordEvent(tx, tools, { kind: 'passkey.removed', personId, detail: { passkey: id } });
        await tellNotice(tx, tools, { personId, kind: 'passkey.removed', detail: { passkey: id } });
        return true;
      }),
  };
}
