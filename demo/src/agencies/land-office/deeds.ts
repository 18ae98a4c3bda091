import { refused } from '@xinlu/common/errors';
import type { KeyRing } from '@xinlu/common/keys';
import { createOutbox, type Outbox } from '@xinlu/common/outbox';
import { type Sql, sqlState } from '@xinlu/common/sql';
import {
  issuePaper,
  type LedgerClient,
  logDocument,
  newStatusList,
  saltFor,
  signStatusList,
  withStatus,
} from '@xinlu/issuer-kit';
import type { Country } from '../../country/country.ts';
import type { TitleDeed } from './titles.ts';

export const ISSUER = 'land-office';

/** Room in the status list, and for how long a verifier may rely on one. */
const STATUS_ENTRIES = 131_072;
const STATUS_TTL_SECONDS = 24 * 3600;
const VALID_SECONDS = 20 * 365 * 24 * 3600;

const DEED_QUEUE = 'log-deed';
const LIST_QUEUE = 'log-status-list';

export type Deed = {
  id: string;
  deedNumber: string;
  subject: string;
  document: string;
  salt: Uint8Array;
  entryId: string | undefined;
  issuedAt: Date;
  revokedAt: Date | undefined;
};

type DeedRow = {
  id: string;
  deed_number: string;
  subject: string;
  document: string;
  salt: Buffer;
  entry_id: string | null;
  issued_at: Date;
  revoked_at: Date | null;
};

/**
 * The deeds that the land office issued, and their status list. A deed and the job that logs it are committed together:
 * whatever fails afterwards, the ledger gets it.
 */
export type Deeds = {
  /** Ties a title to the person who showed its number. Refusal `title-claimed` when somebody else did so before. */
  claim(subject: string, deedNumber: string): Promise<void>;
  claimed(subject: string): Promise<string[]>;
  /** Issues a deed of the title, or gives the one in force: two at once never make two. */
  issue(subject: string, title: TitleDeed): Promise<Deed>;
  of(subject: string): Promise<Deed[]>;
  byId(id: string): Promise<Deed | undefined>;
  all(): Promise<Deed[]>;
  /** For ever. Revoking again changes nothing. */
  revoke(id: string): Promise<void>;
  /** The status list as it is now, freshly signed. */
  statusList(): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const deedFrom = (row: DeedRow): Deed => ({
  id: row.id,
  deedNumber: row.deed_number,
  subject: row.subject,
  document: row.document,
  salt: new Uint8Array(row.salt),
  entryId: row.entry_id ?? undefined,
  issuedAt: row.issued_at,
  revokedAt: row.revoked_at ?? undefined,
});

const UNIQUE_VIOLATION = '23505';

export const openDeeds = (
  country: Country,
  options: { keys: KeyRing; ledger: LedgerClient; statusUri: string },
): Deeds => {
  const { database, clock, ids } = country;
  const { keys, ledger, statusUri } = options;
  const outbox: Outbox = createOutbox({
    databaseUrl: database.url,
    queues: [DEED_QUEUE, LIST_QUEUE],
    log: country.log,
  });

  const sign = (list: Uint8Array): Promise<string> =>
    signStatusList(keys, clock, { issuer: ISSUER, uri: statusUri, list, ttlSeconds: STATUS_TTL_SECONDS });

  const newestList = async (tx: Sql): Promise<Uint8Array> => {
    const row = await tx.one<{ list: Buffer }>('SELECT list FROM status_list ORDER BY version DESC LIMIT 1');
    return row ? new Uint8Array(row.list) : newStatusList(STATUS_ENTRIES);
  };

  outbox.work(DEED_QUEUE, async ({ id }) => {
    const deed = await byId(String(id));
    if (deed === undefined || deed.entryId !== undefined) return;
    const { document, salt } = deed;
    const { entryId } = await logDocument(ledger, { kind: 'credential', document, salt });
    await database.query('UPDATE deed SET entry_id = $2 WHERE id = $1', [deed.id, entryId]);
  });

  outbox.work(LIST_QUEUE, async ({ version }) => {
    const row = await database.one<{ token: string; salt: Buffer; entry_id: string | null }>(
      'SELECT token, salt, entry_id FROM status_list WHERE version = $1',
      [version],
    );
    if (row === undefined || row.entry_id !== null) return;
    const salt = new Uint8Array(row.salt);
    const { entryId } = await logDocument(ledger, { kind: 'status-list', document: row.token, salt });
    await database.query('UPDATE status_list SET entry_id = $2 WHERE version = $1', [version, entryId]);
  });

  const byId = async (id: string): Promise<Deed | undefined> => {
    const row = await database.one<DeedRow>('SELECT * FROM deed WHERE id = $1', [id]);
    return row && deedFrom(row);
  };

  const inForce = async (deedNumber: string): Promise<Deed | undefined> => {
    const row = await database.one<DeedRow>(
      'SELECT * FROM deed WHERE deed_number = $1 AND revoked_at IS NULL',
      [deedNumber],
    );
    return row && deedFrom(row);
  };

  const issueNew = (subject: string, title: TitleDeed): Promise<Deed> =>
    database.transaction(async (tx) => {
      const place = await tx.one<{ index: number }>("SELECT nextval('deed_status_index') AS index");
      const index = place?.index ?? STATUS_ENTRIES;
      if (index >= STATUS_ENTRIES)
        throw refused('status-list-full', 'The status list is full.', { status: 409 });
      const deed: Deed = {
        id: ids.uuid(),
        deedNumber: title.deed_number,
        subject,
        document: await issuePaper(
          'land-title-deed',
          title,
          { issuer: ISSUER, status: { uri: statusUri, index }, validSeconds: VALID_SECONDS },
          { keys, clock, ids },
        ),
        salt: saltFor(ids),
        entryId: undefined,
        issuedAt: clock.now(),
        revokedAt: undefined,
      };
      await tx.query(
        `INSERT INTO deed (id, deed_number, subject, status_index, document, salt, issued_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [deed.id, deed.deedNumber, subject, index, deed.document, Buffer.from(deed.salt), deed.issuedAt],
      );
      await outbox.publish(tx, DEED_QUEUE, { id: deed.id });
      return deed;
    });

  return {
    async claim(subject, deedNumber) {
      await database.query(
        'INSERT INTO title_claim (deed_number, subject, claimed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [deedNumber, subject, clock.now()],
      );
      const row = await database.one<{ subject: string }>(
        'SELECT subject FROM title_claim WHERE deed_number = $1',
        [deedNumber],
      );
      if (row?.subject !== subject)
        throw refused('title-claimed', 'Somebody else has shown this title already.', { status: 409 });
    },
    async claimed(subject) {
      const rows = await database.query<{ deed_number: string }>(
        'SELECT deed_number FROM title_claim WHERE subject = $1 ORDER BY claimed_at',
        [subject],
      );
      return rows.map(({ deed_number }) => deed_number);
    },
    async issue(subject, title) {
      const existing = await inForce(title.deed_number);
      if (existing) return existing;
      try {
        return await issueNew(subject, title);
      } catch (error) {
        const winner = sqlState(error) === UNIQUE_VIOLATION ? await inForce(title.deed_number) : undefined;
        if (winner === undefined) throw error;
        return winner;
      }
    },
    async of(subject) {
      const rows = await database.query<DeedRow>(
        'SELECT * FROM deed WHERE subject = $1 ORDER BY issued_at DESC, id DESC',
        [subject],
      );
      return rows.map(deedFrom);
    },
    byId,
    async all() {
      const rows = await database.query<DeedRow>(
        'SELECT * FROM deed ORDER BY issued_at DESC, id DESC LIMIT 200',
      );
      return rows.map(deedFrom);
    },
    async revoke(id) {
      await database.transaction(async (tx) => {
        // One writer at a time makes the next version, or two revocations at once would lose one.
        await tx.query('LOCK TABLE status_list IN SHARE ROW EXCLUSIVE MODE');
        const revoked = await tx.one<{ status_index: number }>(
          'UPDATE deed SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING status_index',
          [id, clock.now()],
        );
        if (revoked === undefined) return;
        const list = withStatus(await newestList(tx), revoked.status_index, 'revoked');
        const row = await tx.one<{ version: number }>(
          'INSERT INTO status_list (list, token, salt, made_at) VALUES ($1, $2, $3, $4) RETURNING version',
          [Buffer.from(list), await sign(list), Buffer.from(saltFor(ids)), clock.now()],
        );
        await outbox.publish(tx, LIST_QUEUE, { version: row?.version });
      });
    },
    statusList: async () => sign(await newestList(database)),
    start: () => outbox.start(),
    stop: () => outbox.stop(),
  };
};
