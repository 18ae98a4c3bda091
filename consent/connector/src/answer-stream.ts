import { createHash, randomBytes } from 'node:crypto';
import { base64url, sha256Base64url } from '@xinlu/common/canonical';
import { epochSeconds } from '@xinlu/common/clock';
import { fatal, isAppError } from '@xinlu/common/errors';
import { signJwt } from '@xinlu/common/keys';
import { encryptStream, frame, impatiently, jsonFrame } from '@xinlu/common/stream';
import {
  LARGEST_RECORD_BYTES,
  LARGEST_STREAM_BYTES,
  STREAM_END_JWT_TYPE,
  STREAM_HEAD_JWT_TYPE,
  type StreamEndClaims,
  type StreamHeadClaims,
} from '@xinlu/common/wire';
import { recordsGranted, seal } from './answer.ts';
import type { Connector, Ordered } from './context.ts';

/** The agency's own data must not stand still longer. */
const IDLE_MILLISECONDS = 10_000;
const GATHERED_BYTES = 65_536;

/** One record a line, in chunks of some size. */
async function* asLines(records: AsyncIterable<object>): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let gathered = 0;
  let size = 0;
  for await (const record of records) {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    size += line.length;
    if (line.length > LARGEST_RECORD_BYTES || size > LARGEST_STREAM_BYTES) {
      throw fatal('answer-too-large', 'The answer is larger than a release may be.');
    }
    lines.push(line);
    gathered += line.length;
    if (gathered < GATHERED_BYTES) continue;
    yield Buffer.concat(lines);
    lines = [];
    gathered = 0;
  }
  yield Buffer.concat(lines);
}

export type StreamedAnswer = {
  /** The encrypted answer that stands before the content. */
  data: string;
  /** What goes to the gateway. Once begun it does not throw: what fails on the way is its last frame. */
  frames: AsyncGenerator<Buffer>;
};

/**
 * A large answer: a nested JWT as always, which holds a fresh key in place of values; then the records, encrypted under that
 * key as they are read (RFC 8188); at last the agency's signature over the digest of all that was sent.
 */
export async function answerStream(
  connector: Connector,
  ordered: Ordered,
  nationalId: string,
): Promise<StreamedAnswer> {
  const { keys, clock, participantId, log } = connector;
  const { orderHash } = ordered;
  const records = await recordsGranted(ordered, nationalId);
  const key = randomBytes(32);
  const content = { encoding: 'aes128gcm', key: base64url(key), media_type: 'application/x-ndjson' } as const;
  const data = await seal(connector, ordered, { data: {}, content });
  const bound: StreamHeadClaims = {
    iss: participantId,
    iat: epochSeconds(clock),
    order_hash: orderHash,
    data_digest: sha256Base64url(data),
  };
  const proof = await signJwt(keys, STREAM_HEAD_JWT_TYPE, bound);

  async function* frames(): AsyncGenerator<Buffer> {
    yield jsonFrame('head', { data, proof });
    try {
      const digest = createHash('sha256');
      let bytes = 0;
      for await (const sealed of encryptStream(asLines(impatiently(records, IDLE_MILLISECONDS)), key)) {
        digest.update(sealed);
        bytes += sealed.length;
        yield frame('content', sealed);
      }
      const end: StreamEndClaims = {
        ...bound,
        iat: epochSeconds(clock),
        content_digest: digest.digest('base64url'),
        content_bytes: bytes,
      };
      yield frame('end', Buffer.from(await signJwt(keys, STREAM_END_JWT_TYPE, end)));
    } catch (error) {
      const [code, title] = isAppError(error)
        ? [error.code, error.publicMessage]
        : ['provider-failed', 'The provider could not answer.'];
      log.warn({ err: error, accessId: ordered.order.jti, code }, 'stream-failed');
      yield jsonFrame('fault', { code, title });
    }
  }
  return { data, frames: frames() };
}
