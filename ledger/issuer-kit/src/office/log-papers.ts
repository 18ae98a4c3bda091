import type { Outbox } from '@xinlu/common/outbox';
import type { Database } from '@xinlu/common/sql';
import type { LedgerClient } from '../ledger-client.ts';
import { logDocument } from '../paper.ts';

/** Queues of an office's outbox. */
export function officeQueues(issuer: string): { readonly paper: string; readonly list: string } {
  return { paper: `log-paper-${issuer}`, list: `log-status-list-${issuer}` };
}

/** Brings papers and status lists to the ledger; safe to repeat, since the ledger answers with the same entry. */
export function logPapers(options: {
  issuer: string;
  database: Database;
  outbox: Outbox;
  ledger: LedgerClient;
}): void {
  const { issuer, database, outbox, ledger } = options;
  const queues = officeQueues(issuer);

  outbox.work(queues.paper, async ({ id }) => {
    const row = await database.one<{ document: string; salt: Buffer }>(
      'SELECT document, salt FROM paper WHERE issuer = $1 AND id = $2 AND entry_id IS NULL',
      [issuer, id],
    );
    if (!row) return;
    const { entryId } = await logDocument(ledger, {
      kind: 'credential',
      document: row.document,
      salt: new Uint8Array(row.salt),
    });
    await database.query('UPDATE paper SET entry_id = $2 WHERE id = $1', [id, entryId]);
  });

  outbox.work(queues.list, async ({ version }) => {
    const row = await database.one<{ token: string; salt: Buffer }>(
      'SELECT token, salt FROM paper_status_list WHERE issuer = $1 AND version = $2 AND entry_id IS NULL',
      [issuer, version],
    );
    if (!row) return;
    const { entryId } = await logDocument(ledger, {
      kind: 'status-list',
      document: row.token,
      salt: new Uint8Array(row.salt),
    });
    await database.query('UPDATE paper_status_list SET entry_id = $2 WHERE version = $1', [version, entryId]);
  });
}
