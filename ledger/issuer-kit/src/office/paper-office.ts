import { createHash } from 'node:crypto';
import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { Outbox } from '@xinlu/common/outbox';
import { type Database, type Sql, sqlState } from '@xinlu/common/sql';
import {
  type PaperData,
  type PaperField,
  type PaperName,
  paperTypes,
  type StatusName,
} from '@xinlu/verifier';
import type { HolderKey } from '../credential.ts';
import { issuePaper, parsePaper } from '../issue-paper.ts';
import type { LedgerClient } from '../ledger-client.ts';
import { composePaper, saltFor } from '../paper.ts';
import { takeStatusPlace, withStatus } from '../status-list.ts';
import { logPapers, officeQueues } from './log-papers.ts';
import { type OfficePaper, type PaperEvent, type PaperRow, paperFrom } from './records.ts';
import { actionOf, requireRole, type Staff } from './staff.ts';
import { openStatusLists } from './status-lists.ts';

export type IssueOrder = {
  readonly by: Staff;
  readonly reason: string;
  /** For whom, as the office's own sign-in names her. */
  readonly subject?: string | undefined;
  readonly holderKey?: HolderKey | undefined;
};

export type ChangeOrder = { readonly by: Staff; readonly reason: string };

/**
 * What an office issued, and their status. A paper and the job that logs it are committed together: whatever fails
 * afterwards, the ledger gets it. Each act needs a role and a reason, and is recorded for good.
 */
export type PaperOffice = {
  /** Issues a paper, or gives the one of this number that is in force: two at once never make two. */
  issue<N extends PaperName>(type: N, data: PaperData<N>, order: IssueOrder): Promise<OfficePaper>;
  /**
   * Suspends, reinstates or revokes. What has this status already is left as it is. Refusals: `role-missing` (403),
   * `paper-unknown` (404), `status-final` (409) of a paper that was revoked or superseded.
   */
  change(id: string, status: 'valid' | 'suspended' | 'revoked', order: ChangeOrder): Promise<OfficePaper>;
  /** Issues a new paper in the place of one in force, which is superseded in the same moment. */
  supersede<N extends PaperName>(
    id: string,
    type: N,
    data: PaperData<N>,
    order: ChangeOrder,
  ): Promise<OfficePaper>;
  byId(id: string): Promise<OfficePaper | undefined>;
  byFingerprint(fingerprint: string): Promise<OfficePaper | undefined>;
  /** Newest first. */
  list(only?: { subject?: string; type?: PaperName }): Promise<OfficePaper[]>;
  events(id: string): Promise<PaperEvent[]>;
  /** The status list as it is now, freshly signed; or as it was signed for a time gone by, undefined before the first. */
  statusList(at?: Date): Promise<string | undefined>;
  /** The `*.xinlu.json` of a paper. Refusal `not-final` (409) until its anchor is. */
  file(paper: OfficePaper): Promise<string>;
};

const UNIQUE_VIOLATION = '23505';
const shownAtOnce = 200;

/** @param options.outbox must know `officeQueues(issuer)`; the office registers their workers */
export async function openPaperOffice(options: {
  issuer: string;
  database: Database;
  outbox: Outbox;
  keys: KeyRing;
  ledger: LedgerClient;
  /** Where the status list is served; stands in every paper. */
  statusUri: string;
  validSeconds: number;
  clock: Clock;
  ids: Ids;
}): Promise<PaperOffice> {
  const { issuer, database, outbox, keys, ledger, statusUri, clock, ids } = options;
  const lists = await openStatusLists(options);
  const queues = officeQueues(issuer);
  logPapers(options);

  const find = async (sql: Sql, column: 'id' | 'fingerprint', value: string) => {
    const row = await sql.one<PaperRow>(`SELECT * FROM paper WHERE issuer = $1 AND ${column} = $2`, [
      issuer,
      value,
    ]);
    return row && paperFrom(row);
  };

  const inForce = async (type: PaperName, number: string) => {
    const row = await database.one<PaperRow>(
      `SELECT * FROM paper WHERE issuer = $1 AND type = $2 AND number = $3 AND status IN ('valid', 'suspended')`,
      [issuer, type, number],
    );
    return row && paperFrom(row);
  };

  const record = (tx: Sql, id: string, status: string, { by, reason }: ChangeOrder) =>
    tx.query('INSERT INTO paper_event (paper, status, reason, staff, at) VALUES ($1, $2, $3, $4, $5)', [
      id,
      status,
      reason,
      by.id,
      clock.now(),
    ]);

  const issueNew = async <N extends PaperName>(tx: Sql, type: N, data: PaperData<N>, order: IssueOrder) => {
    const index = await takeStatusPlace(await lists.newest(tx), ids, async (place) => {
      const taken = await tx.query(
        'INSERT INTO status_place (issuer, index) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING index',
        [issuer, place],
      );
      return taken.length > 0;
    });
    const { holderKey, subject } = order;
    const document = await issuePaper(
      type,
      data,
      {
        issuer,
        status: { uri: statusUri, index },
        validSeconds: options.validSeconds,
        ...(holderKey && { holderKey }),
      },
      { keys, clock, ids },
    );
    const fingerprint = createHash('sha256').update(document).digest('base64url');
    const row = await tx.one<PaperRow>(
      `INSERT INTO paper (id, issuer, type, number, subject, status, status_index, document, salt, fingerprint, issued_at)
       VALUES ($1, $2, $3, $4, $5, 'valid', $6, $7, $8, $9, $10) RETURNING *`,
      [
        ids.uuid(),
        issuer,
        type,
        numberOf(type, data),
        subject ?? null,
        index,
        document,
        Buffer.from(saltFor(ids)),
        fingerprint,
        clock.now(),
      ],
    );
    if (!row) throw new Error('the paper was not kept');
    await record(tx, row.id, 'valid', order);
    await outbox.publish(tx, queues.paper, { id: row.id });
    return paperFrom(row);
  };

  /** In the transaction that holds the list: one writer at a time, or two changes at once would lose one. */
  const setStatus = async (tx: Sql, id: string, status: StatusName, order: ChangeOrder) => {
    await tx.query('LOCK TABLE paper_status_list IN SHARE ROW EXCLUSIVE MODE');
    const paper = await find(tx, 'id', id);
    if (!paper) throw refused('paper-unknown', 'There is no such paper.', { status: 404 });
    if (paper.status === status) return paper;
    const list = withStatus(await lists.newest(tx), paper.statusIndex, status);
    await tx.query('UPDATE paper SET status = $2 WHERE id = $1', [id, status]);
    await record(tx, id, status, order);
    await lists.add(tx, list);
    return { ...paper, status };
  };

  return {
    async issue(type, data, order) {
      requireRole(order.by, 'issue');
      const number = numberOf(type, parsePaper(type, data));
      const existing = await inForce(type, number);
      if (existing) return existing;
      try {
        return await database.transaction((tx) => issueNew(tx, type, data, order));
      } catch (error) {
        const winner = sqlState(error) === UNIQUE_VIOLATION ? await inForce(type, number) : undefined;
        if (winner === undefined) throw error;
        return winner;
      }
    },
    async change(id, status, order) {
      requireRole(order.by, actionOf[status]);
      return database.transaction((tx) => setStatus(tx, id, status, order));
    },
    async supersede(id, type, data, order) {
      requireRole(order.by, 'supersede');
      parsePaper(type, data);
      return database.transaction(async (tx) => {
        const old = await setStatus(tx, id, 'superseded', order);
        if (old.type !== type)
          throw refused('paper-of-other-type', 'A paper is superseded by one of its own type.', {
            status: 409,
          });
        return issueNew(tx, type, data, { ...order, subject: old.subject });
      });
    },
    byId: (id) => find(database, 'id', id),
    byFingerprint: (fingerprint) => find(database, 'fingerprint', fingerprint),
    async list({ subject, type } = {}) {
      const rows = await database.query<PaperRow>(
        `SELECT * FROM paper WHERE issuer = $1 AND ($2::text IS NULL OR subject = $2) AND ($3::text IS NULL OR type = $3)
         ORDER BY issued_at DESC, id DESC LIMIT ${shownAtOnce}`,
        [issuer, subject ?? null, type ?? null],
      );
      return rows.map(paperFrom);
    },
    async events(id) {
      return database.query<PaperEvent>(
        `SELECT e.status, e.reason, e.staff, e.at FROM paper_event e JOIN paper p ON p.id = e.paper
         WHERE p.issuer = $1 AND p.id = $2 ORDER BY e.id`,
        [issuer, id],
      );
    },
    statusList: (at) => lists.token(at),
    async file({ document, salt, entryId }) {
      if (entryId === undefined)
        throw refused('not-final', 'The anchor of this document is not final yet.', { status: 409 });
      const status = await lists.token();
      const logged = { kind: 'credential', document, salt, entryId } as const;
      return composePaper(ledger, logged, { ...(status && { status }), final: true });
    },
  };
}

/** What the office knows the paper by. */
function numberOf(type: PaperName, data: object): string {
  const field = (paperTypes[type].fields as readonly PaperField[]).find(({ seen }) => seen === 'number');
  return String(field && (data as Record<string, unknown>)[field.name]);
}
