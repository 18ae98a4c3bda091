import type { ServerResponse } from 'node:http';
import { ReleaseRequest, ReleaseResponse } from '@xinlu/common/wire';
import type { Domain } from '../domain/deps.ts';
import { releaseData } from '../domain/release-data.ts';
import type { Edge } from './deps.ts';
import { verifyAccessToken } from './oauth/access-token.ts';

/** Of the relying party's request, what its signature covers; never the token itself. */
const FORWARDED = ['content-type', 'content-digest', 'signature-input', 'signature', 'dpop'] as const;

/** Tells, once the connection has the whole answer or has ended, what became of the accesses whose data it carries. */
function followAnswer({ deliveries }: Domain, raw: ServerResponse) {
  let carried: readonly string[] = [];
  let gone = false;
  const end = (whole: boolean) => {
    if (gone) return;
    gone = true;
    if (carried.length === 0) return;
    if (whole && raw.statusCode === 200) deliveries.arrived(carried);
    else void deliveries.unconfirmed(carried);
  };
  raw.once('finish', () => end(true));
  raw.once('close', () => end(false));
  return {
    gone: () => gone,
    carries(accessIds: readonly string[]) {
      carried = accessIds;
      if (gone) void deliveries.unconfirmed(carried);
    },
  };
}

/** The gateway: token and DPoP proof, the relying party's RFC 9421 signature, and then each provider. */
export function registerGateway(edge: Edge): void {
  const { app, domain, signed } = edge;
  const url = `${edge.publicUrl}/gateway/release`;
  app.post(
    '/gateway/release',
    {
      bodyLimit: 65_536,
      config: { signAnswer: true },
      schema: { body: ReleaseRequest, response: { 200: ReleaseResponse } },
      preValidation: signed.requireSigned('rp'),
    },
    async (request, reply) => {
      const client = signed.signerOf(request);
      const { authorization, dpop } = request.headers;
      const headers: Record<string, string> = {};
      for (const name of FORWARDED) {
        const value = request.headers[name];
        if (typeof value === 'string') headers[name] = value;
      }
      const connection = followAnswer(domain, reply.raw);
      const answer = await releaseData(domain, {
        client,
        body: request.body,
        request: {
          method: 'POST',
          url,
          headers,
          body: (request.rawBody ?? Buffer.alloc(0)).toString('utf8'),
        },
        verifyToken: () =>
          verifyAccessToken(
            {
              provider: edge.provider,
              kv: edge.kv,
              clock: domain.clock,
              keys: edge.keys,
              issuer: edge.publicUrl,
            },
            { method: 'POST', url, authorization, dpop: typeof dpop === 'string' ? dpop : undefined },
            client.id,
          ),
        gone: connection.gone,
      });
      connection.carries(answer.results.flatMap(({ data, access_id: id }) => (data && id ? [id] : [])));
      return answer;
    },
  );
}
