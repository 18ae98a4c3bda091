import { base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Edge } from './deps.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** Downloads of signed documents with their proof, in the one file form that the verifier reads. */
export function registerEvidence(edge: Edge): void {
  const { app, domain, sessions } = edge;

  async function send(
    reply: FastifyReply,
    file: { kind: 'receipt' | 'access'; id: string; document: string },
  ): Promise<FastifyReply> {
    const opening = await edge.openings.opening(file.id);
    const evidence = opening?.entryId == null ? undefined : await edge.ledger.evidence(opening.entryId);
    if (opening === undefined || evidence === undefined) {
      throw refused('not-yet', 'The ledger is still at work; try again in a minute.', { status: 409 });
    }
    const content = JSON.stringify({
      format: 'xinlu/1',
      kind: file.kind,
      document: file.document,
      opening: { salt: base64url(opening.salt) },
      proof: evidence.proof,
      ...(evidence.anchor === null ? {} : { anchor: evidence.anchor }),
    });
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${file.kind}.xinlu.json"`)
      .type('application/json; charset=utf-8')
      .send(`${content}\n`);
  }

  async function accountOf(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { account } = (await sessions.of(request, reply)).data;
    if (account === undefined) throw refused('login-needed', 'Sign in first.', { status: 401 });
    return account;
  }

  function unknown(): Error {
    return refused('document-unknown', 'There is no such document.', { status: 404 });
  }

  app.get(
    '/receipts/:id/receipt.xinlu.json',
    { schema: { hide: true, params: Params } },
    async (request, reply) => {
      const account = await accountOf(request, reply);
      const document = await domain.consents.receiptOf(account, request.params.id);
      if (document === undefined) throw unknown();
      return send(reply, { kind: 'receipt', id: request.params.id, document });
    },
  );

  app.get(
    '/accesses/:id/access.xinlu.json',
    { schema: { hide: true, params: Params } },
    async (request, reply) => {
      const account = await accountOf(request, reply);
      const document = await domain.accesses.recordOf(account, request.params.id);
      if (document === undefined) throw unknown();
      return send(reply, { kind: 'access', id: request.params.id, document });
    },
  );
}
