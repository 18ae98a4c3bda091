import { retryable } from '@xinlu/common/errors';
import type { SignedCall, SignedReply } from '@xinlu/common/http-signature';
import type { JobHandler } from '@xinlu/common/outbox';
import { parseEntryReceipt } from '@xinlu/common/wire';
import type { RegisterStore } from '../domain/store.ts';

/**
 * Carries a version's commitment to the ledger and keeps where it stands. The ledger takes one commitment once, so the job
 * may run again; it does until the entry has its index.
 */
export function createEntrySubmitter(deps: {
  store: RegisterStore;
  call: (url: string, call?: SignedCall) => Promise<SignedReply>;
  ledgerUrl: string;
}): JobHandler {
  return async (payload) => {
    const version = await deps.store.version(Number(payload['version']));
    if (version === undefined) throw new Error('the job names a version that does not exist');
    const { status, json } = await deps.call(`${deps.ledgerUrl}/entries`, {
      json: { type: 'register', commitment: version.commitment },
    });
    if (status !== 200 && status !== 201)
      throw retryable('ledger-refused', `The ledger answered ${status}.`, { cause: json });
    const entry = parseEntryReceipt.parse(json);
    await deps.store.recordEntry(version.version, entry);
    if (entry.index === null) throw retryable('entry-waits', 'The entry has no index yet.');
  };
}
