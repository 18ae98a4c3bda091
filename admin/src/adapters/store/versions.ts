import type { Sql } from '@xinlu/common/sql';
import type { Participant } from '@xinlu/common/wire';
import type { RegisterVersion } from '../../domain/records.ts';
import type { Page, PageRequest, ParticipantRevision } from '../../domain/store.ts';

type VersionRow = {
  version: number;
  snapshot_jws: string;
  hash: string;
  previous: string | null;
  signed_at: Date;
  proposal: string | null;
  salt: Buffer;
  commitment: string;
  entry: string | null;
  entry_index: number | null;
};

const SELECT = `SELECT v.*, e.entry, e.entry_index FROM register_version v LEFT JOIN version_entry e USING (version)`;

function toVersion(row: VersionRow): RegisterVersion {
  return {
    version: row.version,
    snapshotJws: row.snapshot_jws,
    hash: row.hash,
    previous: row.previous,
    signedAt: row.signed_at,
    proposal: row.proposal,
    salt: new Uint8Array(row.salt),
    commitment: row.commitment,
    entry: row.entry === null ? null : { id: row.entry, index: row.entry_index },
  };
}

export function readVersions(sql: Sql) {
  return {
    async latestVersion(): Promise<RegisterVersion | undefined> {
      const row = await sql.one<VersionRow>(`${SELECT} ORDER BY v.version DESC LIMIT 1`);
      return row === undefined ? undefined : toVersion(row);
    },
    async version(version: number): Promise<RegisterVersion | undefined> {
      const row = await sql.one<VersionRow>(`${SELECT} WHERE v.version = $1`, [version]);
      return row === undefined ? undefined : toVersion(row);
    },
    async versions(page: PageRequest): Promise<Page<RegisterVersion>> {
      const direction = page.descending === true ? 'DESC' : 'ASC';
      const rows = await sql.query<VersionRow>(
        `${SELECT} ORDER BY v.version ${direction} LIMIT $1 OFFSET $2`,
        [page.limit, page.offset],
      );
      const count = await sql.one<{ total: number }>('SELECT count(*) AS total FROM register_version');
      return { rows: rows.map(toVersion), total: count?.total ?? 0 };
    },
    async participants(): Promise<Participant[]> {
      const rows = await sql.query<{ content: Participant }>(
        `SELECT DISTINCT ON (participant) content FROM participant_revision ORDER BY participant, version DESC`,
      );
      return rows.map((row) => row.content);
    },
    async revisions(participant: string): Promise<ParticipantRevision[]> {
      const rows = await sql.query<{
        version: number;
        signed_at: Date;
        proposal: string | null;
        content: Participant;
      }>(
        `SELECT r.version, v.signed_at, v.proposal, r.content
         FROM participant_revision r JOIN register_version v USING (version)
         WHERE r.participant = $1 ORDER BY r.version`,
        [participant],
      );
      return rows.map(({ version, signed_at, proposal, content }) => ({
        version,
        signedAt: signed_at,
        proposal,
        content,
      }));
    },
  };
}

export async function insertVersion(
  tx: Sql,
  version: Omit<RegisterVersion, 'entry'>,
  changed: readonly Participant[],
): Promise<void> {
  await tx.query(
    `INSERT INTO register_version (version, snapshot_jws, hash, previous, signed_at, proposal, salt, commitment)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      version.version,
      version.snapshotJws,
      version.hash,
      version.previous,
      version.signedAt,
      version.proposal,
      Buffer.from(version.salt),
      version.commitment,
    ],
  );
  for (const participant of changed) {
    await tx.query('INSERT INTO participant_revision (participant, version, content) VALUES ($1, $2, $3)', [
      participant.id,
      version.version,
      JSON.stringify(participant),
    ]);
  }
}

export async function upsertEntry(
  sql: Sql,
  version: number,
  entry: { id: string; index: number | null },
): Promise<void> {
  await sql.query(
    `INSERT INTO version_entry (version, entry, entry_index) VALUES ($1, $2, $3)
     ON CONFLICT (version) DO UPDATE SET entry = $2, entry_index = coalesce(version_entry.entry_index, $3)`,
    [version, entry.id, entry.index],
  );
}
