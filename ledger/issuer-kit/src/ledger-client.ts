import { base64url } from '@xinlu/common/canonical';
import { type AppError, refused, retryable } from '@xinlu/common/errors';
import { signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import {
  type EntryEvidence,
  type EntryReceipt,
  type EntryType,
  parseEntryEvidence,
  parseEntryReceipt,
} from '@xinlu/common/wire';

/** A submitter's way to the ledger. */
export type LedgerClient = {
  /** Submits a commitment; safe to repeat. Throws `retryable` while the ledger is away. */
  submit(type: EntryType, commitment: Uint8Array): Promise<EntryReceipt>;
  /** The newest proof and anchor of an entry; undefined while it has no place in a checkpoint. */
  evidence(entryId: string): Promise<EntryEvidence | undefined>;
};

export function createLedgerClient(options: {
  url: string;
  keys: KeyRing;
  fetch?: typeof globalThis.fetch;
}): LedgerClient {
  const { url, keys, fetch: ask = globalThis.fetch } = options;
  const send = signedFetch({ keys, fetch: ask });

  function wrong(status: number, json: unknown): AppError {
    const cause = new Error(`the ledger answered ${status}: ${JSON.stringify(json)?.slice(0, 300)}`);
    if (status >= 500 || status === 429)
      return retryable('ledger-away', 'The ledger cannot answer now.', { cause });
    return refused('ledger-refused', 'The ledger refused the entry.', { status: 502, cause });
  }

  return {
    async submit(type, commitment) {
      const { status, json } = await send(`${url}/entries`, {
        method: 'POST',
        json: { type, commitment: base64url(commitment) },
      });
      if (status !== 200 && status !== 201) throw wrong(status, json);
      return parseEntryReceipt.parse(json);
    },
    async evidence(entryId) {
      const { status, json } = await send(`${url}/entries/${entryId}/evidence`);
      if (status === 409) return undefined;
      if (status !== 200) throw wrong(status, json);
      return parseEntryEvidence.parse(json);
    },
  };
}
