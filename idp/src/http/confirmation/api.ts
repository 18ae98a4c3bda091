import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import { ConfirmationAsked, ConfirmationOpened, ConfirmationOutcome } from '@xinlu/common/wire';
import { Type } from 'typebox';
import { type AskServices, askForSignature, outcomeOf } from '../../domain/confirmation/ask-for-signature.ts';

export const ById = Type.Object({ id: Type.String({ pattern: '^[\\w-]{43}$' }) });
const tags = ['consent confirmations'];

/** For brokers: a consent to be signed by the citizen's passkey, and what came of it. Every call is signed by RFC 9421. */
export function registerConfirmationApi(
  app: AppInstance,
  signed: SignedRequests,
  services: AskServices & { issuer: string },
): void {
  const preHandler = signed.requireSigned('broker');

  app.post(
    '/confirmations',
    { schema: { tags, body: ConfirmationAsked, response: { 201: ConfirmationOpened } }, preHandler },
    async (request, reply) => {
      const { id } = await askForSignature(services, signed.signerOf(request).id, request.body);
      const url = `${services.issuer}/confirm/${id}`;
      return reply.code(201).header('cache-control', 'no-store').send({ id, url });
    },
  );

  app.get(
    '/confirmations/:id',
    { schema: { tags, params: ById, response: { 200: ConfirmationOutcome } }, preHandler },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return outcomeOf(services, signed.signerOf(request).id, request.params.id);
    },
  );
}
