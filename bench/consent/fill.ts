import type { Database } from '@xinlu/common/sql';

/** A year of a country: consents of many people, and ten accesses of each with its outcome and its place in the ledger. */
export const CONSENTS = Number(process.env['BENCH_CONSENTS'] ?? 1_000_000);
export const ACCESSES_EACH = 10;
/** Consents a person has. */
const OF_ONE_PERSON = 10;
const LOT = 100_000;
const LOADER = 'SET session_replication_role = replica; SET statement_timeout = 0;';

/**
 * Rows as the service writes them: ids that rise with time (UUID 7), documents as long as the real ones, every table that an
 * access leaves something in. Made by the database itself; foreign keys hold by construction and are not looked at.
 */
export async function fill(database: Database, tell: (line: string) => void): Promise<void> {
  const sample = await database.one<{ consent: string; document: number }>(
    `SELECT c.id AS consent, (SELECT avg(length(document))::int FROM access_record WHERE consent_id = c.id) AS document
     FROM consent c WHERE state = 'granted' ORDER BY requested_at LIMIT 1`,
  );
  if (sample === undefined) throw new Error('there is no consent to take as a pattern');
  const age = (of: string) => `((1 - ${of}) * interval '365 days')`;
  for (let from = 0; from < CONSENTS; from += LOT) {
    const to = Math.min(from + LOT, CONSENTS) - 1;
    const rise = `(n::float8 / ${CONSENTS})`;
    await database.transaction(async (tx) => {
      await tx.query(LOADER);
      await tx.query(
        `CREATE TEMP TABLE fresh ON COMMIT DROP AS
           SELECT n, uuidv7(-${age(rise)}) AS id, now() - ${age(rise)} AS at FROM generate_series(${from}, ${to}) n`,
      );
      await tx.query(
        `INSERT INTO consent (id, interaction, client_id, account, subject, purpose, purpose_version, catalogue_version,
           requested, granted, state, requested_at, decided_at, ended_at, expires_at, grant_id, envelope_grant_id,
           consent_hash, lang)
         SELECT f.id, md5(f.n::text), c.client_id, 'filled-' || f.n / ${OF_ONE_PERSON}, md5('s' || f.n), c.purpose,
           c.purpose_version, c.catalogue_version, c.requested, c.granted,
           CASE WHEN f.n % 5 = 0 THEN 'granted' ELSE 'withdrawn' END, f.at, f.at,
           CASE WHEN f.n % 5 = 0 THEN NULL ELSE f.at + interval '30 days' END, f.at + interval '400 days', md5('g' || f.n),
           md5('e' || f.n), c.consent_hash, c.lang
         FROM fresh f, consent c WHERE c.id = '${sample.consent}'`,
      );
      await tx.query(
        `INSERT INTO consent_event (id, consent_id, type, at, document)
         SELECT uuidv7(-${age(rise)}), id, type, at, CASE WHEN type = 'requested' THEN NULL ELSE repeat('r', 2500) END
         FROM fresh, unnest(ARRAY['requested', 'granted']) type`,
      );
      await tx.query(
        `CREATE TEMP TABLE accessed ON COMMIT DROP AS
           SELECT f.id AS consent_id, f.at, uuidv7(-${age(rise)}) AS id
           FROM fresh f, generate_series(1, ${ACCESSES_EACH}) ORDER BY f.n`,
      );
      await tx.query(
        `INSERT INTO access_record (id, release_id, consent_id, client_id, provider, dataset, fields, purpose, decision, at,
           document)
         SELECT id, uuidv7(), consent_id, 'school', 'household', 'household.members', '["members"]', 'tuition-waiver',
           'allowed', at, repeat('d', ${sample.document}) FROM accessed ORDER BY id`,
      );
      await tx.query(
        `INSERT INTO access_outcome (access_id, outcome, at) SELECT id, 'delivered', at FROM accessed ORDER BY id`,
      );
      await tx.query(
        `INSERT INTO attestation (document_id, type, salt_seed, commitment, entry_id, entry_index, entry_state, created_at)
         SELECT id, 'access', decode(md5(id::text) || md5('x' || id::text), 'hex'), md5(id::text) || '12345678901',
           uuidv7(), 1, 'final', at FROM accessed ORDER BY id`,
      );
      await tx.query('SET session_replication_role = DEFAULT');
    });
    tell(`${to + 1} consents`);
  }
  for (const table of ['consent', 'consent_event', 'access_record', 'access_outcome', 'attestation']) {
    await database.query(`ANALYZE ${table}`);
  }
}
