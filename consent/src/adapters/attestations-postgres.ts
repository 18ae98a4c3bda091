import { createHmac } from 'node:crypto';
import { base64url } from '@xinlu/common/canonical';
import { commit, newSalt } from '@xinlu/common/commitment';
import type { Ids } from '@xinlu/common/ids';
import type { Outbox } from '@xinlu/common/outbox';
import type { Database, Sql } from '@xinlu/common/sql';
import type { Ledger, Openings, SignedDocument } from '../domain/ports.ts';

export const LEDGER_QUEUE = 'ledger';
export const STOP_QUEUE = 'stop';

type Row = { document_id: string; type: 'consent' | 'access'; commitment: string; entry_id: string | null };

/** Commitments of signed documents, on their way into the ledger and through its states. */
export type Attestations = Openings & {
  /** In the transaction that writes the document: the commitment and the job that submits it. */
  add(tx: Sql, type: 'consent' | 'access', document: SignedDocument, at: Date): Promise<void>;
  submit(documentId: string): Promise<void>;
  /** Asks the ledger how far the entries are that are not final yet; the oldest first. */
  refresh(limit: number): Promise<void>;
};

/**
 * A salt comes from a random seed in the row and a secret outside the database: a stolen database opens no commitment, and
 * a destroyed seed leaves an entry that says nothing.
 */
export function createAttestations(options: {
  database: Database;
  outbox: Outbox;
  ledger: Ledger;
  ids: Ids;
  saltSecret: Uint8Array;
}): Attestations {
  const { database, outbox, ledger, ids } = options;
  const saltOf = (seed: Uint8Array) =>
    new Uint8Array(createHmac('sha256', options.saltSecret).update('xinlu/salt/1\n').update(seed).digest());

  return {
    async add(tx, type, { id, jwt }, at) {
      const seed = newSalt(ids);
      await tx.query(
        `INSERT INTO attestation (document_id, type, salt_seed, commitment, created_at) VALUES ($1, $2, $3, $4, $5)`,
        [id, type, Buffer.from(seed), base64url(commit(jwt, saltOf(seed))), at],
      );
      await outbox.publish(tx, LEDGER_QUEUE, { documentId: id });
    },
    async submit(documentId) {
      const row = await database.one<Row>(
        'SELECT document_id, type, commitment, entry_id FROM attestation WHERE document_id = $1',
        [documentId],
      );
      if (row === undefined || row.entry_id !== null) return;
      const entry = await ledger.submit(row.type, row.commitment);
      await database.query(
        `UPDATE attestation SET entry_id = $2, entry_index = $3, entry_state = 'accepted' WHERE document_id = $1`,
        [documentId, entry.id, entry.index],
      );
    },
    async refresh(limit) {
      const rows = await database.query<{ document_id: string; entry_id: string }>(
        `SELECT document_id, entry_id FROM attestation
         WHERE entry_id IS NOT NULL AND entry_state IS DISTINCT FROM 'final' ORDER BY created_at LIMIT $1`,
        [limit],
      );
      for (const row of rows) {
        const entry = await ledger.entry(row.entry_id);
        await database.query(
          'UPDATE attestation SET entry_state = $2, entry_index = $3 WHERE document_id = $1',
          [row.document_id, entry.state, entry.index],
        );
      }
    },
    async opening(documentId) {
      const row = await database.one<{ salt_seed: Buffer; entry_id: string | null }>(
        'SELECT salt_seed, entry_id FROM attestation WHERE document_id = $1',
        [documentId],
      );
      return row === undefined ? undefined : { salt: saltOf(row.salt_seed), entryId: row.entry_id };
    },
  };
}
