import { createHash } from 'node:crypto';
import { sha256Base64url } from '@xinlu/common/canonical';
import { refused, retryable } from '@xinlu/common/errors';
import {
  type SignedReply,
  type SignedStream,
  signedFetch,
  signedStreamFetch,
} from '@xinlu/common/http-signature';
import { type KeyRing, verifyJwt } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import {
  type Frame,
  HEADER_BYTES,
  impatiently,
  readFrames,
  readJson,
  STREAM_MEDIA_TYPE,
} from '@xinlu/common/stream';
import {
  LARGEST_STREAM_BYTES,
  parseConnectorResponse,
  parseProviderStreamHead,
  parseStreamEndClaims,
  parseStreamFault,
  parseStreamHeadClaims,
  STREAM_END_JWT_TYPE,
  STREAM_HEAD_JWT_TYPE,
} from '@xinlu/common/wire';
import type { ProviderConnector, ProviderStream, StreamPart } from '../domain/ports.ts';

const STABLE_CODE = /^[a-z0-9-]{1,60}$/;
/** A provider that has begun must not stand still longer. */
const IDLE_MILLISECONDS = 15_000;
/** The records, and a little for how they are encrypted. */
const LARGEST_CONTENT_BYTES = LARGEST_STREAM_BYTES + LARGEST_STREAM_BYTES / 1000 + HEADER_BYTES;

function refusalOf(reply: SignedReply): Error {
  const problem = reply.json as { code?: unknown; detail?: unknown } | undefined;
  const code =
    typeof problem?.code === 'string' && STABLE_CODE.test(problem.code) ? problem.code : 'provider-failed';
  const detail = typeof problem?.detail === 'string' ? problem.detail.slice(0, 300) : 'The provider refused.';
  return reply.status < 500
    ? refused(code, detail, { status: 502 })
    : retryable('provider-failed', 'The provider could not answer.', { status: 502 });
}

function lie(why: string): Error {
  return refused('provider-answer-unbound', `The provider's stream ${why}.`, { status: 502 });
}

/** What a provider's stream is held against. */
type Bound = { provider: string; orderHash: string; keys: ReturnType<RegisterView['signingKeys']> };

async function signedBy({ provider, orderHash, keys }: Bound, jwt: string, typ: string) {
  const claims = await verifyJwt(jwt, { keys, typ, issuer: provider, maxAgeSeconds: 600 });
  if (claims['order_hash'] !== orderHash) throw lie('is for another order');
  return claims;
}

async function* verifiedParts(
  frames: AsyncGenerator<Frame>,
  bound: Bound,
  dataDigest: string,
): AsyncGenerator<StreamPart> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const { kind, payload } of frames) {
    if (kind === 'fault') {
      const { code, title } = parseStreamFault.parse(readJson({ kind, payload }));
      throw refused(code, title, { status: 502 });
    }
    if (kind === 'content') {
      bytes += payload.length;
      if (bytes > LARGEST_CONTENT_BYTES) {
        throw refused('answer-too-large', 'The answer is larger than a release may be.', { status: 502 });
      }
      digest.update(payload);
      yield { content: payload };
      continue;
    }
    const jwt = payload.toString('utf8');
    const end = parseStreamEndClaims.parse(await signedBy(bound, jwt, STREAM_END_JWT_TYPE));
    if (
      end.data_digest !== dataDigest ||
      end.content_bytes !== bytes ||
      end.content_digest !== digest.digest('base64url')
    ) {
      throw lie('is not what it signed');
    }
    yield { end: jwt };
  }
}

async function openStream(stream: SignedStream, bound: Bound): Promise<ProviderStream> {
  const frames = readFrames(impatiently(stream.body, IDLE_MILLISECONDS));
  try {
    const { value: first } = await frames.next();
    if (first === undefined) throw lie('is empty');
    const { data, proof } = parseProviderStreamHead.parse(readJson(first));
    const claims = parseStreamHeadClaims.parse(await signedBy(bound, proof, STREAM_HEAD_JWT_TYPE));
    const dataDigest = sha256Base64url(data);
    if (claims.data_digest !== dataDigest) throw lie('begins with another answer');
    return {
      data,
      parts: endingWith(verifiedParts(frames, bound, dataDigest), stream.cancel),
      cancel: stream.cancel,
    };
  } catch (error) {
    stream.cancel();
    throw error;
  }
}

async function* endingWith(parts: AsyncIterable<StreamPart>, end: () => void): AsyncGenerator<StreamPart> {
  try {
    yield* parts;
  } finally {
    end();
  }
}

/** Providers' connectors over signed HTTP; an answer counts only if the provider signed it for this very request. */
export function createProviderConnector(options: {
  register: () => RegisterView;
  keys: KeyRing;
  /** Until an answer is there; of a stream, its beginning. */
  timeoutMilliseconds: number;
  fetch?: typeof globalThis.fetch;
}): ProviderConnector {
  const { register: _, ...transport } = options;
  const send = signedFetch(transport);
  const open = signedStreamFetch({ ...transport, mediaType: STREAM_MEDIA_TYPE });
  const release = (endpoint: string | undefined) => {
    if (endpoint === undefined) throw retryable('provider-gone', 'The provider is not in the register.');
    return `${endpoint}/release`;
  };
  return {
    async release({ id, provider }, request) {
      const reply = await send(release(provider?.endpoint), {
        json: request,
        answerKeys: options.register().signingKeys(id),
      });
      if (reply.status === 200) return parseConnectorResponse.parse(reply.json).data;
      throw refusalOf(reply);
    },
    async stream({ id, provider }, request) {
      const theirs = options.register().signingKeys(id);
      const reply = await open(release(provider?.endpoint), { json: request, answerKeys: theirs });
      if (!('body' in reply)) {
        throw reply.status === 200 ? lie('is none') : refusalOf(reply);
      }
      return openStream(reply, { provider: id, orderHash: sha256Base64url(request.order), keys: theirs });
    },
  };
}
