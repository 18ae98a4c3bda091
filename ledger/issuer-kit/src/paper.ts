import { commit, newSalt } from '@xinlu/common/commitment';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import { composeFile, type Kind, kinds } from '@xinlu/verifier';
import type { LedgerClient } from './ledger-client.ts';

/** A document that stands in the log, with what is needed to prove it. Keep it with the document. */
export type LoggedDocument = {
  readonly kind: Kind;
  /** Compact SD-JWT VC or JWT. */
  readonly document: string;
  /** Destroy it, and the log entry says nothing any more. */
  readonly salt: Uint8Array;
  readonly entryId: string;
};

/** The part of a document that the log's commitment covers: the signed JWT, whatever is disclosed with it. */
function signedPart(document: string): string {
  return document.split('~')[0] ?? '';
}

/**
 * Logs a document's salted commitment. To make it repeatable, store document and salt first and give the same salt
 * again after a failure: the ledger then answers with the same entry.
 */
export async function logDocument(
  ledger: LedgerClient,
  { kind, document, salt }: { kind: Kind; document: string; salt: Uint8Array },
): Promise<LoggedDocument> {
  const { id } = await ledger.submit(kinds[kind].entryType, commit(signedPart(document), salt));
  return { kind, document, salt, entryId: id };
}

/** A fresh salt for `logDocument`. */
export function saltFor(ids: Ids): Uint8Array {
  return newSalt(ids);
}

/**
 * The `*.xinlu.json` file of a logged document, as text.
 *
 * @param status the issuer's newest status list token, for a credential
 * @param options.final refuse (`not-final`, 409) until the anchor is final: what a citizen gets should say valid
 */
export async function composePaper(
  ledger: LedgerClient,
  { kind, document, salt, entryId }: LoggedDocument,
  options: { status?: string; final?: boolean } = {},
): Promise<string> {
  const evidence = await ledger.evidence(entryId);
  if (options.final && evidence?.state !== 'final') {
    throw refused('not-final', 'The anchor of this document is not final yet; try again in a moment.', {
      status: 409,
    });
  }
  return composeFile({
    kind,
    document,
    salt,
    proof: evidence?.proof,
    anchor: evidence?.anchor ?? undefined,
    status: options.status,
  });
}
