import { base64url, fromBase64url } from '@xinlu/common/canonical';
import { refused, retryable } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import type { Ids } from '@xinlu/common/ids';
import { Entry, EntryEvidence, EntryReceipt, EntrySubmission } from '@xinlu/common/wire';
import { Type } from 'typebox';
import { stateOf } from '../domain/entry-state.ts';
import { type EvidenceSources, evidenceFor } from '../domain/evidence.ts';

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) });

export type EntryRoutes = EvidenceSources & {
  readonly signed: SignedRequests;
  readonly ids: Ids;
  /** Why the log stands still, by code; null while it goes on. */
  readonly logFault: () => string | null;
};

/** Submitting entries, and what is known of one. */
export function registerEntries(app: AppInstance, { signed, ids, logFault, ...sources }: EntryRoutes): void {
  const { store, queue } = sources;

  app.post(
    '/entries',
    {
      preHandler: signed.requireSigned('submitter'),
      schema: {
        summary: 'Submit an entry; acknowledged only when durable, idempotent by (signer, commitment)',
        body: EntrySubmission,
        response: { 200: EntryReceipt, 201: EntryReceipt },
      },
    },
    async (request, reply) => {
      const fault = logFault();
      if (fault) throw retryable(fault, 'The log stands still and takes no entries; send it again later.');
      const { id: issuer } = signed.signerOf(request);
      const { type, commitment } = request.body;
      const { entry, created } = await store.submit({
        id: ids.uuid(),
        type,
        issuer,
        commitment: fromBase64url(commitment, 32),
      });
      return reply.code(created ? 201 : 200).send({ id: entry.id, index: entry.index });
    },
  );

  app.get(
    '/entries/:id',
    { schema: { summary: 'An entry and how far it is', params: ById, response: { 200: Entry } } },
    async (request) => {
      const entry = await store.entry(request.params.id);
      if (!entry) throw refused('entry-unknown', 'There is no entry with this id.', { status: 404 });
      return { ...entry, commitment: base64url(entry.commitment), state: await stateOf(entry, queue) };
    },
  );

  app.get(
    '/entries/:id/evidence',
    {
      schema: {
        summary: 'Proof and anchor of an entry, ready for a *.xinlu.json file',
        params: ById,
        response: { 200: EntryEvidence },
      },
    },
    (request) => evidenceFor(request.params.id, sources),
  );
}
