import { refused } from '@xinlu/common/errors';
import { type Database, gather, type Sql } from '@xinlu/common/sql';
import type { UnverifiedCertificate } from '@xinlu/pki';
import { personDeceased } from '../../domain/card/checks/refuse-deceased.ts';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';
import type { OrganisationId } from '../../domain/person/organisation.ts';
import type {
  CardCertificate,
  Person,
  PersonStore,
  VerifiedHolder,
} from '../../domain/person/person-store.ts';
import { recordEvent } from './audit-postgres.ts';
import { CERTIFICATE_COLUMNS, type CertificateRow, toCertificate } from './certificate-rows.ts';
import type { EndingTools } from './visited-parties-postgres.ts';

type PersonRow = {
  id: string;
  kind: Person['kind'];
  national_id_sealed: Buffer | null;
  organisation_sealed: Buffer | null;
  name_sealed: Buffer;
  name_since: Date | null;
  webauthn_user_id: Buffer;
  state: Person['state'];
};
const writeOrganisation = ({ scheme, value }: OrganisationId): string => `${scheme}:${value}`;

function readOrganisation(text: string): OrganisationId {
  const [scheme, value = ''] = text.split(':');
  if (scheme !== 'business-number' && scheme !== 'oid') throw new Error('an organisation of no known scheme');
  return { scheme, value };
}

/** A holder apart from her card: by her papers she has none. */
type Holder = { name: string; certificate?: UnverifiedCertificate } & (
  | { nationalId: string }
  | Pick<Extract<VerifiedHolder, { organisation: unknown }>, 'kind' | 'organisation'>
);

export function createPersonStore(
  database: Database,
  tools: { vault: IdentityVault } & EndingTools,
): PersonStore {
  const { vault, clock, ids } = tools;
  const toPerson = (row: PersonRow): Person => ({
    id: row.id,
    kind: row.kind,
    name: vault.open(row.id, 'name', row.name_sealed),
    state: row.state,
    webauthnUserId: new Uint8Array(row.webauthn_user_id),
    ...(row.organisation_sealed === null
      ? {}
      : { organisation: readOrganisation(vault.open(row.id, 'organisation', row.organisation_sealed)) }),
  });

  /** How a holder is found, and what is kept of what she is found by. */
  const identify = (holder: Holder) => {
    if ('nationalId' in holder) {
      const text = holder.nationalId;
      return {
        kind: 'citizen',
        what: 'national-id',
        column: 'national_id',
        index: vault.index(text),
        text,
      } as const;
    }
    const text = writeOrganisation(holder.organisation);
    // One number may stand for an agency and for an organisation; they are two accounts.
    const index = vault.index(`${holder.kind}\n${text}`, 'organisation');
    return { kind: holder.kind, what: 'organisation', column: 'organisation', index, text } as const;
  };

  const rowOf = gather<PersonRow>(async (keys) => {
    const rows = await database.query<PersonRow>(
      `SELECT id, kind, national_id_sealed, organisation_sealed, name_sealed, name_since, webauthn_user_id, state
       FROM person WHERE id = ANY($1::uuid[])`,
      [keys],
      'persons-by-id',
    );
    return new Map(rows.map((row) => [row.id, row]));
  });

  async function admitPerson(tx: Sql, holder: Holder): Promise<PersonRow> {
    const { kind, what, column, index, text } = identify(holder);
    const freshId = ids.uuid();
    const made = await tx.one<{ id: string }>(
      `INSERT INTO person (id, kind, ${column}_index, ${column}_sealed, name_sealed, webauthn_user_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (${column}_index) DO NOTHING RETURNING id`,
      [
        freshId,
        kind,
        index,
        vault.seal(freshId, what, text),
        vault.seal(freshId, 'name', holder.name),
        ids.bytes(32),
        clock.now(),
      ],
    );
    if (made !== undefined)
      await recordEvent(tx, tools, { kind: 'person.created', personId: freshId, detail: { kind } });
    // FOR UPDATE: parallel logins of one person go one after the other from here.
    const row = await tx.one<PersonRow>(`SELECT * FROM person WHERE ${column}_index = $1 FOR UPDATE`, [
      index,
    ]);
    if (row === undefined) throw new Error('a person vanished in her own transaction');
    if (row.state === 'deceased') throw personDeceased();
    // What the registry has said since the card was issued stands; of her papers it has spoken now.
    const said = holder.certificate?.notBefore ?? clock.now();
    const isNewer = row.name_since === null || said > row.name_since;
    if (isNewer && vault.open(row.id, 'name', row.name_sealed) !== holder.name) {
      row.name_sealed = vault.seal(row.id, 'name', holder.name);
      await tx.query('UPDATE person SET name_sealed = $2 WHERE id = $1', [row.id, row.name_sealed]);
    }
    return row;
  }

  async function linkCertificate(
    tx: Sql,
    personId: string,
    holder: VerifiedHolder,
  ): Promise<CardCertificate> {
    const { certificate, authority } = holder;
    const row = await tx.one<CertificateRow & { made: boolean }>(
      `INSERT INTO card_certificate (id, person_id, authority, serial, fingerprint, not_after, first_used_at, last_used_at,
         certificate_sealed)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
       ON CONFLICT (fingerprint) DO UPDATE SET last_used_at = excluded.last_used_at,
         certificate_sealed = excluded.certificate_sealed
       RETURNING ${CERTIFICATE_COLUMNS}, xmax = 0 AS made`,
      [
        ids.uuid(),
        personId,
        authority,
        certificate.serial,
        certificate.fingerprint,
        certificate.notAfter,
        clock.now(),
        vault.seal(personId, 'certificate', Buffer.from(certificate.der).toString('base64')),
      ],
    );
    if (row === undefined) throw new Error('an upsert gave no row');
    if (row.person_id !== personId) {
      throw refused(
        'certificate-of-another',
        'This card cannot be used; ask at a household registration office.',
        {
          status: 403,
        },
      );
    }
    if (row.state !== 'active') throw refused('card-revoked', 'This card has been revoked.', { status: 403 });
    if (row.made) {
      await recordEvent(tx, tools, { kind: 'certificate.linked', personId, detail: { certificate: row.id } });
    }
    return toCertificate(row);
  }

  return {
    admit: (holder) =>
      database.transaction(async (tx) => {
        const row = await admitPerson(tx, holder);
        const certificate = await linkCertificate(tx, row.id, holder);
        return { person: toPerson(row), certificate };
      }),
    admitByPapers: (holder) => database.transaction(async (tx) => toPerson(await admitPerson(tx, holder))),
    async person(id) {
      const row = await rowOf(id);
      return row === undefined ? undefined : toPerson(row);
    },
    async nationalId(personId) {
      const row = await database.one<PersonRow>("SELECT * FROM person WHERE id = $1 AND state = 'living'", [
        personId,
      ]);
      if (row === undefined || row.national_id_sealed === null) return undefined;
      return vault.open(row.id, 'national-id', row.national_id_sealed);
    },
    async certificates(personId) {
      const rows = await database.query<CertificateRow>(
        `SELECT ${CERTIFICATE_COLUMNS} FROM card_certificate WHERE person_id = $1 ORDER BY last_used_at DESC`,
        [personId],
      );
      return rows.map(toCertificate);
    },
    async certificate(id) {
      const row = await database.one<CertificateRow>(
        `SELECT ${CERTIFICATE_COLUMNS} FROM card_certificate WHERE id = $1`,
        [id],
      );
      return row === undefined ? undefined : toCertificate(row);
    },
  };
}
