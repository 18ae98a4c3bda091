import type { Database, Sql } from '@xinlu/common/sql';
import { ORDER_SECONDS } from '../domain/admit-access.ts';
import { type Consent, isStanding } from '../domain/consent.ts';
import type { Access, AccessQuery, AccessStore, NewAccess } from '../domain/ports.ts';
import type { Attestations } from './attestations-postgres.ts';
import { type ConsentMutator, databaseNow, readConsent } from './consents-postgres.ts';

/** What came of an access `a`. */
const OUTCOME = "CASE WHEN u.access_id IS NULL THEN o.outcome ELSE 'unconfirmed' END";
const OUTCOME_JOINS = `LEFT JOIN access_outcome o ON o.access_id = a.id
         LEFT JOIN access_unconfirmed u ON u.access_id = a.id`;

/** One admission at a time for a dataset of a consent; others of the same consent go on in parallel. */
async function lockDataset(tx: Sql, { consentId, dataset }: AccessQuery): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${consentId} ${dataset ?? ''}`]);
}

async function countUses(tx: Sql, query: AccessQuery, now: Date, since: Date | undefined) {
  const row = await tx.one<{ delivered: number; underWay: number }>(
    `SELECT count(*) FILTER (WHERE o.outcome = 'delivered')::int AS delivered,
            count(*) FILTER (WHERE o.outcome IS NULL AND a.at > $3)::int AS "underWay"
     FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
     WHERE a.consent_id = $1 AND a.dataset = $2 AND a.decision = 'allowed' AND a.at >= $4`,
    [query.consentId, query.dataset, new Date(now.getTime() - ORDER_SECONDS * 1000), since ?? new Date(0)],
  );
  return row ?? { delivered: 0, underWay: 0 };
}

async function insertAccess(
  tx: Sql,
  query: AccessQuery,
  access: NewAccess,
  consent: Consent | undefined,
  now: Date,
): Promise<void> {
  await tx.query(
    `WITH record AS (
       INSERT INTO access_record (id, release_id, consent_id, client_id, provider, dataset, fields, purpose, decision, code,
         at, document, verification) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       RETURNING id, at, decision)
     INSERT INTO access_open (access_id, at) SELECT id, at FROM record WHERE decision = 'allowed'`,
    [
      access.document.id,
      query.releaseId,
      consent?.id ?? null,
      query.clientId,
      access.provider,
      access.dataset,
      JSON.stringify(access.fields),
      access.purpose,
      access.decision,
      access.code,
      now,
      access.document.jwt,
      access.verification === null ? null : JSON.stringify(access.verification),
    ],
  );
}

/** A consent for one use is used up once each of its datasets has arrived. */
async function useUp(tx: Sql, consentId: string, now: Date, mutate: ConsentMutator): Promise<void> {
  const consent = await readConsent(tx, consentId, 'UPDATE');
  if (consent?.state !== 'granted' || isStanding(consent)) return;
  const rows = await tx.query<{ dataset: string }>(
    `SELECT DISTINCT a.dataset FROM access_record a JOIN access_outcome o ON o.access_id = a.id
     WHERE a.consent_id = $1 AND o.outcome = 'delivered'`,
    [consentId],
  );
  const arrived = new Set(rows.map((row) => row.dataset));
  if (consent.granted?.every((detail) => arrived.has(detail.dataset))) {
    await mutate(tx, consent, { event: 'used' }, now);
  }
}

/** The access log on PostgreSQL. */
export function createAccessStore(options: {
  database: Database;
  attestations: Attestations;
  mutate: ConsentMutator;
}): AccessStore {
  const { database, attestations, mutate } = options;
  return {
    async admit(query, decide) {
      return database.transaction(async (tx) => {
        // The dataset first: whoever waits for it must not hold up a withdrawal in the meantime.
        if (query.refusal === undefined) await lockDataset(tx, query);
        const strength = query.refusal === undefined ? 'SHARE' : undefined;
        const consent = await readConsent(tx, query.consentId, strength);
        const now = await databaseNow(tx);
        const usesSince = (since: Date | undefined) => countUses(tx, query, now, since);
        const access = await decide({ consent, now, usesSince });
        await insertAccess(tx, query, access, consent, now);
        await attestations.add(tx, 'access', access.document, now);
        return access;
      });
    },
    async settle(accessId, outcome, code) {
      return database.transaction(async (tx) => {
        const consent = await tx.one<Pick<Consent, 'id'>>(
          `SELECT c.id FROM access_record a JOIN consent c ON c.id = a.consent_id WHERE a.id = $1 FOR UPDATE OF c`,
          [accessId],
        );
        if (consent === undefined) return false;
        // Once the consent is held: an answer that waited for it too long is late, too.
        const written = await tx.one<{ at: Date }>(
          `INSERT INTO access_outcome (access_id, outcome, code, at)
           SELECT a.id, $2, $3, clock_timestamp() FROM access_record a
           WHERE a.id = $1 AND ($2 <> 'delivered' OR clock_timestamp() - a.at < make_interval(secs => $4))
           ON CONFLICT DO NOTHING RETURNING at`,
          [accessId, outcome, code ?? null, ORDER_SECONDS],
        );
        if (written === undefined) return false;
        if (outcome === 'delivered') await useUp(tx, consent.id, written.at, mutate);
        else await tx.query('DELETE FROM access_open WHERE access_id = $1', [accessId]);
        return true;
      });
    },
    async listOf(account, { consentId, limit }) {
      const rows = await database.query<
        Omit<Access, 'proof'> & {
          entryId: string | null;
          entryState: string | null;
          entryIndex: number | null;
        }
      >(
        `SELECT a.id, a.consent_id AS "consentId", a.client_id AS "clientId", a.provider, a.dataset, a.fields, a.purpose,
           a.decision, a.code, a.at, a.document, a.verification,
           ${OUTCOME} AS outcome, o.code AS "outcomeCode", c.acting, t.entry_id AS "entryId",
           t.entry_state AS "entryState", t.entry_index AS "entryIndex"
         FROM access_record a JOIN consent c ON c.id = a.consent_id
         ${OUTCOME_JOINS} LEFT JOIN attestation t ON t.document_id = a.id
         WHERE (c.account = $1 OR c.actor = $1) AND ($2::uuid IS NULL OR a.consent_id = $2) ORDER BY a.at DESC, a.id DESC LIMIT $3`,
        [account, consentId ?? null, limit],
      );
      return rows.map(({ entryId, entryState, entryIndex, ...access }) => ({
        ...access,
        proof: { entryId, state: entryState, index: entryIndex },
      }));
    },
    async recordOf(account, accessId) {
      const row = await database.one<{ document: string }>(
        `SELECT a.document FROM access_record a JOIN consent c ON c.id = a.consent_id
         WHERE a.id = $1 AND (c.account = $2 OR c.actor = $2)`,
        [accessId, account],
      );
      return row?.document;
    },
    async countByOutcome() {
      const rows = await database.query<{ outcome: string; count: number }>(
        `SELECT coalesce(${OUTCOME}, CASE a.decision WHEN 'refused' THEN 'refused' ELSE 'pending' END) AS outcome,
           count(*)::int AS count
         FROM access_record a ${OUTCOME_JOINS} GROUP BY 1`,
      );
      return Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
    },
  };
}
