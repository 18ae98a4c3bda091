import { createHash } from 'node:crypto';
import { fromBase64url, sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { SignedStream } from '@xinlu/common/http-signature';
import { verifyJwt } from '@xinlu/common/keys';
import { decryptStream, type Frame, impatiently, readFrames, readJson } from '@xinlu/common/stream';
import {
  LARGEST_RECORD_BYTES,
  LARGEST_STREAM_BYTES,
  parseStreamEndClaims,
  parseStreamFault,
  parseStreamHead,
  STREAM_END_JWT_TYPE,
} from '@xinlu/common/wire';
import { type Opener, unbound, verifyAnswerOf } from './open-result.ts';
import type { Consent, ReleaseStream } from './types.ts';

/** Neither gateway nor provider may stand still longer. */
const IDLE_MILLISECONDS = 30_000;

function recordOf(line: string): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
      return record as Record<string, unknown>;
    }
  } catch {
    // as below
  }
  throw refused('data-malformed', 'A record is no object.');
}

/** The records of decrypted content, one a line. */
async function* recordsOf(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  let waiting = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of plain) {
    size += chunk.length;
    if (size > LARGEST_STREAM_BYTES) throw refused('answer-too-large', 'The answer is larger than agreed.');
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    for (let end = waiting.indexOf(0x0a); end !== -1; end = waiting.indexOf(0x0a)) {
      yield recordOf(waiting.toString('utf8', 0, end));
      waiting = waiting.subarray(end + 1);
    }
    if (waiting.length > LARGEST_RECORD_BYTES) throw refused('answer-too-large', 'A record is too large.');
  }
  if (waiting.length > 0) throw refused('data-malformed', 'The last record is cut short.');
}

/**
 * Opens a streamed answer. Head and binding are verified before it resolves; each piece of content is authenticated before
 * a record of it is given out, and at the end the provider's signature over all that it sent. Not before the iteration has
 * ended is it known that nothing is missing. Refusals on the way: `stream-broken`, `stream-malformed`, `data-unbound`, and
 * the provider's own codes.
 */
export async function openStream(
  opener: Opener,
  consent: Consent,
  dataset: string,
  stream: SignedStream,
): Promise<ReleaseStream> {
  const frames = readFrames(impatiently(stream.body, IDLE_MILLISECONDS));
  try {
    const { value: first } = await frames.next();
    const head = parseStreamHead.parse(first === undefined ? undefined : readJson(first));
    if (head.consent_id !== consent.consentId || head.dataset !== dataset) unbound('request');
    const { data, order, detail } = await verifyAnswerOf(opener, consent, head);
    // Nobody has signed the answer as a whole: it is this request's by the order.
    if (order.request_signature_hash !== sha256Base64url(stream.requestSignature)) unbound('request');
    if (data.content === undefined || Object.keys(data.data).length > 0) unbound('request');
    const key = fromBase64url(data.content.key, 32);
    const { provider } = head;

    async function* content(): AsyncGenerator<Buffer> {
      const digest = createHash('sha256');
      let bytes = 0;
      for await (const { kind, payload } of frames) {
        if (kind === 'content') {
          digest.update(payload);
          bytes += payload.length;
          yield payload;
        } else await verifyEnd({ kind, payload }, digest.digest('base64url'), bytes);
      }
    }
    async function verifyEnd({ kind, payload }: Frame, contentDigest: string, bytes: number) {
      if (kind === 'fault') {
        const { code, title } = parseStreamFault.parse(readJson({ kind, payload }));
        throw refused(code, title, { status: 502 });
      }
      const { clock } = opener;
      const keys = opener.register().signingKeys(provider);
      const unverified = payload.toString('utf8');
      const end = parseStreamEndClaims.parse(
        await verifyJwt(unverified, { keys, typ: STREAM_END_JWT_TYPE, issuer: provider, clock }),
      );
      if (
        end.order_hash !== data.order_hash ||
        end.data_digest !== sha256Base64url(head.data) ||
        end.content_digest !== contentDigest ||
        end.content_bytes !== bytes
      ) {
        unbound('content');
      }
    }
    async function* records(): AsyncGenerator<Record<string, unknown>> {
      try {
        for await (const record of recordsOf(decryptStream(content(), key))) {
          if (Object.keys(record).some((field) => !detail.fields.includes(field))) unbound('grant');
          yield record;
        }
      } finally {
        stream.cancel();
      }
    }
    return { provider, dataset, accessId: order.jti, records: records(), cancel: stream.cancel };
  } catch (error) {
    stream.cancel();
    throw error;
  }
}
