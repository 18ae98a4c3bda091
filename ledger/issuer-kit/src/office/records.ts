import type { PaperName, StatusName } from '@xinlu/verifier';

/** A paper as its office keeps it. */
export type OfficePaper = {
  readonly id: string;
  readonly type: PaperName;
  readonly number: string;
  readonly subject: string | undefined;
  readonly status: StatusName;
  readonly statusIndex: number;
  readonly document: string;
  readonly salt: Uint8Array;
  /** SHA-256 of the document with all its disclosures, base64url: who was shown some of the fields cannot compute it. */
  readonly fingerprint: string;
  readonly entryId: string | undefined;
  readonly issuedAt: Date;
};

/** What was done to a paper: its status from then on, by whom and why. */
export type PaperEvent = {
  readonly status: StatusName;
  readonly reason: string;
  readonly staff: string;
  readonly at: Date;
};

export type PaperRow = {
  id: string;
  type: PaperName;
  number: string;
  subject: string | null;
  status: StatusName;
  status_index: number;
  document: string;
  salt: Buffer;
  fingerprint: string;
  entry_id: string | null;
  issued_at: Date;
};

export function paperFrom(row: PaperRow): OfficePaper {
  return {
    id: row.id,
    type: row.type,
    number: row.number,
    subject: row.subject ?? undefined,
    status: row.status,
    statusIndex: row.status_index,
    document: row.document,
    salt: new Uint8Array(row.salt),
    fingerprint: row.fingerprint,
    entryId: row.entry_id ?? undefined,
    issuedAt: row.issued_at,
  };
}
