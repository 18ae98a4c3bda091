import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Database } from '@xinlu/common/sql';
import type { EnvelopeGrant, EnvelopeGrantStore } from '../../domain/envelope/envelopes.ts';

type Row = {
  id: string;
  person_id: string;
  broker: string;
  consent_id: string;
  consent_hash: string;
  providers: string[];
  expires_at: Date;
  deleted_at: Date | null;
  mandate_id: string | null;
};

/** How many a broker is told of at a time; those that it deletes are told no more. */
const AT_ONCE = 200;

function toGrant(row: Row): EnvelopeGrant {
  return {
    id: row.id,
    personId: row.person_id,
    broker: row.broker,
    consentId: row.consent_id,
    consentHash: row.consent_hash,
    providers: row.providers,
    expiresAt: row.expires_at,
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
    ...(row.mandate_id === null ? {} : { mandateId: row.mandate_id }),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createEnvelopeGrantStore(
  database: Database,
  tools: { clock: Clock; ids: Ids },
): EnvelopeGrantStore {
  const { clock, ids } = tools;
  return {
    async make(grant) {
      await database.query(
        `INSERT INTO envelope_grant (id, person_id, broker, consent_id, consent_hash, providers, created_at, expires_at, mandate_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (broker, consent_id) DO NOTHING`,
        [
          ids.uuid(),
          grant.personId,
          grant.broker,
          grant.consentId,
          grant.consentHash,
          grant.providers,
          clock.now(),
          grant.expiresAt,
          grant.mandateId ?? null,
        ],
      );
      const row = await database.one<Row>(
        'SELECT * FROM envelope_grant WHERE broker = $1 AND consent_id = $2',
        [grant.broker, grant.consentId],
      );
      if (row === undefined) throw new Error('a grant vanished');
      return toGrant(row);
    },
    async find(id) {
      if (!UUID.test(id)) return undefined;
      const row = await database.one<Row>('SELECT * FROM envelope_grant WHERE id = $1', [id]);
      return row === undefined ? undefined : toGrant(row);
    },
    async delete(broker, id) {
      if (!UUID.test(id)) return undefined;
      const row = await database.one<Row>(
        'UPDATE envelope_grant SET deleted_at = $3 WHERE id = $1 AND broker = $2 AND deleted_at IS NULL RETURNING *',
        [id, broker, clock.now()],
      );
      return row === undefined ? undefined : toGrant(row);
    },
    async ofEndedMandates(broker) {
      const rows = await database.query<{ id: string }>(
        `SELECT g.id FROM envelope_grant g JOIN mandate m ON m.id = g.mandate_id
         WHERE g.broker = $1 AND g.mandate_id IS NOT NULL AND g.deleted_at IS NULL
           AND (m.state <> 'active' OR m.until_at <= $2) ORDER BY m.ended_at LIMIT ${AT_ONCE}`,
        [broker, clock.now()],
      );
      return rows.map(({ id }) => id);
    },
  };
}
