import { base64, concat, sha256, utf8 } from '../encoding/bytes.ts';

/** What a log entry may be about. */
export const entryTypes = ['consent', 'access', 'credential', 'status-list', 'register'] as const;
export type EntryType = (typeof entryTypes)[number];

export type LogEntry = {
  readonly type: EntryType;
  /** Participant id of the submitter: a-z, 0-9 and hyphens. */
  readonly issuer: string;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
};

/**
 * The text that the log hashes into its leaf, as UTF-8: four lines that say nothing about the document,
 * `xinlu-entry/1`, the type, the issuer and the commitment in base64.
 */
export function entryText({ type, issuer, commitment }: LogEntry): string {
  if (!/^[a-z0-9-]{1,64}$/.test(issuer)) throw new RangeError('issuer is not a participant id');
  if (commitment.length !== 32) throw new RangeError('commitment is not 32 bytes');
  return `xinlu-entry/1\n${type}\n${issuer}\n${base64(commitment)}\n`;
}

/** The same as bytes. */
export function encodeEntry(entry: LogEntry): Uint8Array {
  return utf8(entryText(entry));
}

/**
 * Salted commitment to a document: SHA-256("xinlu/commitment/1\n" || salt || SHA-256(document)).
 * Once the salt is destroyed the commitment says nothing.
 *
 * @param salt 32 random bytes
 */
export function commitTo(document: string, salt: Uint8Array): Uint8Array {
  if (salt.length !== 32) throw new RangeError('salt is not 32 bytes');
  return sha256(concat(utf8('xinlu/commitment/1\n'), salt, sha256(utf8(document))));
}
