import { retryable } from '@xinlu/common/errors';
import type { SignedReply, signedFetch } from '@xinlu/common/http-signature';
import { parseEntry, parseEntryEvidence, parseEntryReceipt } from '@xinlu/common/wire';
import type { Ledger } from '../domain/ports.ts';

function notAccepted(reply: SignedReply): Error {
  return retryable('ledger-refused', 'The ledger did not answer as expected.', {
    cause: new Error(`the ledger answered ${reply.status}`),
  });
}

/** The ledger over HTTP; submissions are signed. */
export function createLedger(options: { url: string; send: ReturnType<typeof signedFetch> }): Ledger {
  const { url, send } = options;
  return {
    async submit(type, commitment) {
      const reply = await send(`${url}/entries`, { json: { type, commitment } });
      if (reply.status !== 200 && reply.status !== 201 && reply.status !== 202) throw notAccepted(reply);
      return parseEntryReceipt.parse(reply.json);
    },
    async entry(id) {
      const reply = await send(`${url}/entries/${id}`);
      if (reply.status !== 200) throw notAccepted(reply);
      return parseEntry.parse(reply.json);
    },
    async evidence(id) {
      const reply = await send(`${url}/entries/${id}/evidence`);
      if (reply.status === 409) return undefined;
      if (reply.status !== 200) throw notAccepted(reply);
      return parseEntryEvidence.parse(reply.json);
    },
  };
}
