import { base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { FastifyReply } from 'fastify';
import { decodeJwt } from 'jose';
import { Type } from 'typebox';
import type { ReceiptClaims } from '../domain/receipt.ts';
import { receiptPaper } from '../pages/receipt-paper.ts';
import type { Edge } from './deps.ts';
import { accountOf } from './visitor.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** Downloads of signed documents with their proof, in the one file form that the verifier reads. */
export function registerEvidence(edge: Edge): void {
  const { app, domain } = edge;

  type File = { kind: 'receipt' | 'access'; id: string; document: string };

  /** The file with its proof, or undefined while the ledger is still at work. */
  async function evidenceFile(file: File): Promise<string | undefined> {
    const opening = await edge.openings.opening(file.id);
    const evidence = opening?.entryId == null ? undefined : await edge.ledger.evidence(opening.entryId);
    if (opening === undefined || evidence === undefined) return undefined;
    const content = JSON.stringify({
      format: 'xinlu/1',
      kind: file.kind,
      document: file.document,
      opening: { salt: base64url(opening.salt) },
      proof: evidence.proof,
      ...(evidence.anchor === null ? {} : { anchor: evidence.anchor }),
    });
    return `${content}\n`;
  }

  async function send(reply: FastifyReply, file: File): Promise<FastifyReply> {
    const content = await evidenceFile(file);
    if (content === undefined) {
      throw refused('not-yet', 'The ledger is still at work; try again in a minute.', { status: 409 });
    }
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${file.kind}.xinlu.json"`)
      .type('application/json; charset=utf-8')
      .send(content);
  }

  function unknown(): Error {
    return refused('document-unknown', 'There is no such document.', { status: 404 });
  }

  app.get(
    '/receipts/:id/receipt.xinlu.json',
    { schema: { hide: true, params: Params } },
    async (request, reply) => {
      const account = await accountOf(edge, request, reply);
      const document = await domain.consents.receiptOf(account, request.params.id);
      if (document === undefined) throw unknown();
      return send(reply, { kind: 'receipt', id: request.params.id, document });
    },
  );

  app.get('/receipts/:id/receipt.pdf', { schema: { hide: true, params: Params } }, async (request, reply) => {
    const account = await accountOf(edge, request, reply);
    const { id } = request.params;
    const document = await domain.consents.receiptOf(account, id);
    if (document === undefined) throw unknown();
    const evidence = await evidenceFile({ kind: 'receipt', id, document });
    const paper = receiptPaper(decodeJwt<ReceiptClaims>(document), evidence);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="receipt.pdf"')
      .type('application/pdf')
      .send(await edge.printPdf(paper));
  });

  app.get(
    '/accesses/:id/access.xinlu.json',
    { schema: { hide: true, params: Params } },
    async (request, reply) => {
      const account = await accountOf(edge, request, reply);
      const document = await domain.accesses.recordOf(account, request.params.id);
      if (document === undefined) throw unknown();
      return send(reply, { kind: 'access', id: request.params.id, document });
    },
  );
}
