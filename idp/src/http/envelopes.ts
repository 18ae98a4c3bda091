import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import {
  EndedEnvelopeGrants,
  EnvelopeGrantRequest,
  EnvelopeGrantResponse,
  EnvelopeRequest,
  EnvelopeResponse,
} from '@xinlu/common/wire';
import { Type } from 'typebox';
import { deleteGrant, type EnvelopeServices, makeEnvelope, makeGrant } from '../domain/envelope/envelopes.ts';

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
const tags = ['identity envelopes'];

/** Identity envelopes for brokers; every call is signed by RFC 9421. */
export function registerEnvelopes(
  app: AppInstance,
  signed: SignedRequests,
  services: EnvelopeServices,
): void {
  const preHandler = signed.requireSigned('broker');

  app.post(
    '/envelope-grants',
    { schema: { tags, body: EnvelopeGrantRequest, response: { 201: EnvelopeGrantResponse } }, preHandler },
    async (request, reply) => {
      const grant = await makeGrant(services, signed.signerOf(request).id, request.body);
      return reply.code(201).send({ grant_id: grant.id });
    },
  );
  app.post(
    '/envelopes',
    { schema: { tags, body: EnvelopeRequest, response: { 200: EnvelopeResponse } }, preHandler },
    async (request) => ({
      envelope: await makeEnvelope(services, signed.signerOf(request).id, request.body),
    }),
  );
  app.get(
    '/envelope-grants/of-ended-mandates',
    { schema: { tags, response: { 200: EndedEnvelopeGrants } }, preHandler },
    async (request) => ({
      grant_ids: await services.grants.ofEndedMandates(signed.signerOf(request).id),
    }),
  );
  app.delete(
    '/envelope-grants/:id',
    { schema: { tags, params: ById }, preHandler },
    async (request, reply) => {
      await deleteGrant(services, signed.signerOf(request).id, request.params.id);
      return reply.code(204).send();
    },
  );
}
