import { fatal, refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { Outbox } from '@xinlu/common/outbox';
import type { Database, Sql } from '@xinlu/common/sql';
import { type Consent, type ConsentEvent, isEnded, mayFollow, stateAfter } from '../domain/consent.ts';
import type { Change, ConsentStore } from '../domain/ports.ts';
import { type Attestations, STOP_QUEUE } from './attestations-postgres.ts';

const COLUMNS = `id, client_id AS "clientId", account, subject, purpose, purpose_version AS "purposeVersion",
  catalogue_version AS "catalogueVersion", requested, granted, state, requested_at AS "requestedAt",
  decided_at AS "decidedAt", ended_at AS "endedAt", expires_at AS "expiresAt", grant_id AS "grantId",
  envelope_grant_id AS "envelopeGrantId", consent_hash AS "consentHash",
  statement_hash AS "statementHash", replaces, lang, acting`;
/** A request that she neither grants nor refuses lapses. */
const UNDECIDED = "interval '1 hour'";

/** Reads one consent and, if told, keeps it: `UPDATE` against everybody, `SHARE` against changes alone. */
export async function readConsent(
  tx: Sql,
  id: string,
  strength?: 'UPDATE' | 'SHARE',
): Promise<Consent | undefined> {
  const lock = strength === undefined ? '' : `FOR ${strength}`;
  return tx.one<Consent>(`SELECT ${COLUMNS} FROM consent WHERE id = $1 ${lock}`, [id]);
}

/** The database's clock, read now: after a lock was got, not when the transaction began. */
export async function databaseNow(tx: Sql): Promise<Date> {
  const row = await tx.one<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (row === undefined) throw fatal('clock-missing', 'The database has no clock.');
  return row.now;
}

export type ConsentMutator = (tx: Sql, consent: Consent, change: Change, now: Date) => Promise<Consent>;

/** The one way in which a consent changes: event, state, receipt's commitment and clean-up job together. */
export function createConsentMutator(options: {
  outbox: Outbox;
  attestations: Attestations;
  ids: Ids;
}): ConsentMutator {
  return async (tx, consent, { event, document, set = {} }, now) => {
    if (!mayFollow(consent.state, event)) {
      throw refused('consent-changed', `This consent is ${consent.state} already.`, { status: 409 });
    }
    await tx.query(
      'INSERT INTO consent_event (id, consent_id, type, at, document) VALUES ($1, $2, $3, $4, $5)',
      [document?.id ?? options.ids.uuid(), consent.id, event, now, document?.jwt ?? null],
    );
    if (document !== undefined) await options.attestations.add(tx, 'consent', document, now);
    const decides = event === 'granted' || event === 'refused';
    const next: Consent = {
      ...consent,
      ...set,
      state: stateAfter(consent.state, event),
      decidedAt: decides ? now : consent.decidedAt,
      endedAt: isEnded(stateAfter(consent.state, event)) ? now : null,
    };
    await tx.query(
      `UPDATE consent SET state = $2, granted = $3, decided_at = $4, ended_at = $5, expires_at = $6, grant_id = $7,
         envelope_grant_id = $8, consent_hash = $9, lang = $10, statement_hash = $11 WHERE id = $1`,
      [
        next.id,
        next.state,
        next.granted === null ? null : JSON.stringify(next.granted),
        next.decidedAt,
        next.endedAt,
        next.expiresAt,
        next.grantId,
        next.envelopeGrantId,
        next.consentHash,
        next.lang,
        next.statementHash,
      ],
    );
    if (isEnded(next.state) && (next.grantId !== null || next.envelopeGrantId !== null)) {
      await options.outbox.publish(tx, STOP_QUEUE, { consentId: next.id });
    }
    return next;
  };
}

/** Consents on PostgreSQL. */
export function createConsentStore(options: {
  database: Database;
  mutate: ConsentMutator;
  ids: Ids;
}): ConsentStore {
  const { database, mutate, ids } = options;
  return {
    async open(request) {
      return database.transaction(async (tx) => {
        const id = ids.uuid();
        const made = await tx.one<Consent>(
          `INSERT INTO consent (id, interaction, client_id, account, subject, purpose, purpose_version, catalogue_version,
             requested, replaces, acting, state, requested_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'requested', clock_timestamp(), clock_timestamp() + ${UNDECIDED})
           ON CONFLICT (interaction) DO NOTHING RETURNING ${COLUMNS}`,
          [
            id,
            request.interaction,
            request.clientId,
            request.account,
            request.subject,
            request.purpose,
            request.purposeVersion,
            request.catalogueVersion,
            JSON.stringify(request.requested),
            request.replaces ?? null,
            request.acting === undefined ? null : JSON.stringify(request.acting),
          ],
        );
        if (made !== undefined) {
          await tx.query(
            "INSERT INTO consent_event (id, consent_id, type, at) VALUES ($1, $2, 'requested', $3)",
            [ids.uuid(), id, made.requestedAt],
          );
          return made;
        }
        const known = await tx.one<Consent>(`SELECT ${COLUMNS} FROM consent WHERE interaction = $1`, [
          request.interaction,
        ]);
        const same = known?.account === request.account && known.acting?.account === request.acting?.account;
        if (known === undefined || !same) {
          throw refused('another-person', 'This request belongs to another person.', { status: 403 });
        }
        return known;
      });
    },
    find: (id) => database.one<Consent>(`SELECT ${COLUMNS} FROM consent WHERE id = $1`, [id]),
    findSettled: (id) => database.transaction((tx) => readConsent(tx, id, 'SHARE')),
    findByGrant: (grantId) =>
      database.one<Consent>(`SELECT ${COLUMNS} FROM consent WHERE grant_id = $1`, [grantId]),
    findByEnvelopes: (envelopeGrantId) =>
      database.one<Consent>(
        `SELECT ${COLUMNS} FROM consent WHERE envelope_grant_id = $1 AND actor IS NOT NULL`,
        [envelopeGrantId],
      ),
    listOf: (account) =>
      database.query<Consent>(
        `SELECT ${COLUMNS} FROM consent WHERE account = $1 OR actor = $1 ORDER BY requested_at DESC LIMIT 200`,
        [account],
      ),
    eventsOf: (consentId) =>
      database.query<ConsentEvent>(
        'SELECT id, type, at, document FROM consent_event WHERE consent_id = $1 ORDER BY seq',
        [consentId],
      ),
    async change(id, decide) {
      return database.transaction(async (tx) => {
        const consent = await readConsent(tx, id, 'UPDATE');
        if (consent === undefined) {
          throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
        }
        const now = await databaseNow(tx);
        return mutate(tx, consent, await decide(consent, now), now);
      });
    },
    async replace({ ended, begun }, decide) {
      return database.transaction(async (tx) => {
        const consents = {
          ended: await readConsent(tx, ended, 'UPDATE'),
          begun: await readConsent(tx, begun, 'UPDATE'),
        };
        if (consents.ended === undefined || consents.begun === undefined) {
          throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
        }
        const now = await databaseNow(tx);
        const { end, begin } = await decide({ ended: consents.ended, begun: consents.begun }, now);
        await mutate(tx, consents.ended, end, now);
        return mutate(tx, consents.begun, begin, now);
      });
    },
    async due() {
      const rows = await database.query<{ id: string }>(
        `SELECT id FROM consent WHERE state IN ('requested', 'granted', 'suspended') AND expires_at <= clock_timestamp()
         ORDER BY expires_at LIMIT 500`,
      );
      return rows.map((row) => row.id);
    },
    async receiptOf(account, eventId) {
      const row = await database.one<{ document: string }>(
        `SELECT e.document FROM consent_event e JOIN consent c ON c.id = e.consent_id
         WHERE e.id = $1 AND (c.account = $2 OR c.actor = $2) AND e.document IS NOT NULL`,
        [eventId, account],
      );
      return row?.document;
    },
    async countByState() {
      const rows = await database.query<{ state: string; count: number }>(
        'SELECT state, count(*)::int AS count FROM consent GROUP BY state',
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.count]));
    },
    async rememberSubject(account, clientId, subject) {
      await database.query(
        `INSERT INTO subject (account, client_id, subject) VALUES ($1, $2, $3)
         ON CONFLICT (account, client_id) DO UPDATE SET subject = excluded.subject`,
        [account, clientId, subject],
      );
    },
    async subjectOf(account, clientId) {
      const row = await database.one<{ subject: string }>(
        'SELECT subject FROM subject WHERE account = $1 AND client_id = $2',
        [account, clientId],
      );
      return row?.subject;
    },
  };
}
