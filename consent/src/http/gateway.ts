import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { refused } from '@xinlu/common/errors';
import { clientCertificateOf } from '@xinlu/common/http';
import type { Logger } from '@xinlu/common/log';
import { frame, jsonFrame, STREAM_MEDIA_TYPE } from '@xinlu/common/stream';
import { ReleaseRequest, ReleaseResponse } from '@xinlu/common/wire';
import type { ReleaseCall } from '../domain/admit-request.ts';
import type { Domain } from '../domain/deps.ts';
import { titleOf } from '../domain/errand.ts';
import { releaseData } from '../domain/release-data.ts';
import { type ReleasedStream, releaseStream } from '../domain/release-stream.ts';
import type { Edge } from './deps.ts';
import { verifyAccessToken } from './oauth/access-token.ts';

/** Of the relying party's request, what its signature covers; never the token itself. */
const FORWARDED = [
  'content-type',
  'content-digest',
  'signature-input',
  'signature',
  'dpop',
  'access-token-digest',
] as const;

/** Tells, once the connection has the whole answer or has ended, what became of the accesses whose data it carries. */
function followAnswer({ deliveries }: Domain, raw: ServerResponse) {
  let carried: readonly string[] = [];
  let complete = false;
  let gone = false;
  const end = (written: boolean) => {
    if (gone) return;
    gone = true;
    if (carried.length === 0) return;
    if (written && complete && raw.statusCode === 200) deliveries.arrived(carried);
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
    /** All that belongs to the answer is about to be written. */
    completes() {
      complete = true;
    },
  };
}

/** The frames for the relying party; what fails on the way is the last of them. */
async function* framesOf({ head, parts }: ReleasedStream, log: Logger, completes: () => void) {
  yield jsonFrame('head', head);
  try {
    for await (const part of parts) {
      if ('content' in part) yield frame('content', part.content);
      else {
        completes();
        yield frame('end', Buffer.from(part.end));
      }
    }
  } catch (error) {
    const fault = titleOf(error);
    log.warn({ err: error, accessId: head.access_id, code: fault.code }, 'stream-failed');
    yield jsonFrame('fault', fault);
  }
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
      if (/^bearer /i.test(authorization ?? '') && request.headers['access-token-digest'] === undefined) {
        // The provider verifies this signature too, and must not be handed the token for that.
        throw refused('token-digest-missing', 'The signature must cover access-token-digest.');
      }
      const headers: Record<string, string> = {};
      for (const name of FORWARDED) {
        const value = request.headers[name];
        if (typeof value === 'string') headers[name] = value;
      }
      const connection = followAnswer(domain, reply.raw);
      const call: ReleaseCall = {
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
            {
              method: 'POST',
              url,
              authorization,
              dpop: typeof dpop === 'string' ? dpop : undefined,
              certificate: clientCertificateOf(request.raw),
            },
            client.id,
          ),
        gone: connection.gone,
      };
      if (request.body.stream === true) {
        const released = await releaseStream(domain, call);
        connection.carries([released.head.access_id]);
        reply.raw.once('close', released.cancel);
        const frames = framesOf(released, domain.log, connection.completes);
        reply.type(STREAM_MEDIA_TYPE);
        return reply.send(Readable.from(frames, { objectMode: false }) as never);
      }
      const answer = await releaseData(domain, call);
      connection.completes();
      connection.carries(answer.results.flatMap(({ data, access_id: id }) => (data && id ? [id] : [])));
      return answer;
    },
  );
}
