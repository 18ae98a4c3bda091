import { isAppError, refused } from '@xinlu/common/errors';
import { clientCertificateOf } from '@xinlu/common/http';
import { GrantedDetail } from '@xinlu/common/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { consentOfGrant, relinquishGrant } from '../domain/manage-grant.ts';
import type { Edge } from './deps.ts';
import { type TokenChecks, verifyManagementToken } from './oauth/access-token.ts';
import { GRANTS_PATH, QUERY_SCOPE, REVOKE_SCOPE } from './oauth/grant-management.ts';

const Params = Type.Object({ id: Type.String({ pattern: '^[\\w-]{10,100}$' }) });
const GrantStatus = Type.Object({
  scopes: Type.Array(Type.Object({ scope: Type.String() })),
  authorization_details: Type.Array(GrantedDetail),
  created_at: Type.String(),
  expires_at: Type.String(),
});

/** The grant management API (Grant Management for OAuth 2.0 section 6): a client asks about its grant, or gives it back. */
export function registerGrants(edge: Edge): void {
  const { app, domain } = edge;
  const checks: TokenChecks = {
    provider: edge.provider,
    kv: edge.kv,
    clock: domain.clock,
    keys: edge.keys,
    issuer: edge.publicUrl,
  };

  async function clientOf(
    request: FastifyRequest,
    reply: FastifyReply,
    grantId: string,
    scope: string,
  ): Promise<string> {
    const { authorization, dpop } = request.headers;
    const url = `${edge.publicUrl}${GRANTS_PATH}/${grantId}`;
    try {
      const { clientId } = await verifyManagementToken(
        checks,
        {
          method: request.method,
          url,
          authorization,
          dpop: typeof dpop === 'string' ? dpop : undefined,
          certificate: clientCertificateOf(request.raw),
        },
        scope,
      );
      await domain.limits.requests.use(clientId);
      return clientId;
    } catch (error) {
      const lacking = isAppError(error) && error.code === 'scope-insufficient';
      const challenge = lacking ? `insufficient_scope", scope="${scope}` : 'invalid_token';
      if (isAppError(error) && error.kind === 'refused') {
        void reply.header('www-authenticate', `DPoP error="${challenge}", algs="ES256"`);
      }
      throw error;
    }
  }

  app.get(
    `${GRANTS_PATH}/:id`,
    { schema: { params: Params, response: { 200: GrantStatus } } },
    async (request, reply) => {
      const { id } = request.params;
      const clientId = await clientOf(request, reply, id, QUERY_SCOPE);
      const consent = await consentOfGrant(domain, id, clientId);
      if (consent === undefined) throw refused('grant-unknown', 'There is no such grant.', { status: 404 });
      void reply.header('cache-control', 'no-store');
      return {
        scopes: [{ scope: 'openid' }],
        authorization_details: consent.granted ?? [],
        created_at: (consent.decidedAt ?? consent.requestedAt).toISOString(),
        expires_at: consent.expiresAt.toISOString(),
      };
    },
  );

  app.delete(`${GRANTS_PATH}/:id`, { schema: { params: Params } }, async (request, reply) => {
    const { id } = request.params;
    const clientId = await clientOf(request, reply, id, REVOKE_SCOPE);
    await relinquishGrant(domain, id, clientId);
    return reply.code(204).send();
  });
}
