import type { JWK } from 'jose';
import { type Clock, systemClock } from '../clock/index.ts';
import { refused, retryable } from '../errors/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { type SignedMessage, signRequest, verifyAnswer } from './message.ts';

const LARGEST_ANSWER_BYTES = 5_000_000;

export type SignedCall = {
  method?: 'GET' | 'POST' | 'DELETE';
  json?: unknown;
  headers?: Record<string, string>;
  answerKeys?: readonly JWK[];
};
export type SignedReply = { status: number; json: unknown; headers: Headers };

/**
 * A fetch that signs each request by RFC 9421. With `answerKeys` the answer must be signed for this request by one of
 * them. Redirects are refused (the signature is for one address). Throws `retryable` when the other side is away.
 */
export function signedFetch(options: {
  keys: KeyRing;
  clock?: Clock;
  fetch?: typeof globalThis.fetch;
  timeoutMilliseconds?: number;
  maxAnswerBytes?: number;
}): (url: string, call?: SignedCall) => Promise<SignedReply> {
  const clock = options.clock ?? systemClock;
  const send = options.fetch ?? globalThis.fetch;
  return async (url, call = {}) => {
    const request = signed(url, call, options.keys, clock);
    const answer = await transport(send, request, options);
    return verified(answer, request, call, clock);
  };
}

type SignedRequest = SignedMessage & { body: Buffer<ArrayBuffer> };
type RawAnswer = { status: number; headers: Headers; bytes: Uint8Array };

function signed(url: string, call: SignedCall, keys: KeyRing, clock: Clock): SignedRequest {
  const method = call.method ?? (call.json === undefined ? 'GET' : 'POST');
  const body = Buffer.from(call.json === undefined ? '' : JSON.stringify(call.json));
  const plain: Record<string, string> = {
    accept: 'application/json',
    ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  };
  const message = { method, url, headers: plain, body };
  return { ...message, headers: { ...plain, ...signRequest(message, keys, clock) } };
}

function verified(answer: RawAnswer, request: SignedRequest, call: SignedCall, clock: Clock): SignedReply {
  const { status, headers, bytes } = answer;
  const keys = call.answerKeys;
  if (keys !== undefined) {
    const message = { status, headers: Object.fromEntries(headers), body: bytes };
    verifyAnswer(message, request, (kid) => keys.find((key) => key.kid === kid), clock);
  }
  return { status, json: parseBody(bytes), headers };
}

function unreachable(url: string, cause: unknown): Error {
  return retryable('peer-unreachable', `${new URL(url).origin} does not answer; try again later.`, { cause });
}

/** What comes in place of an answer in one piece: its bytes, as fast as they are taken. */
export type SignedStream = {
  /** The value of our request's `signature` header. */
  requestSignature: string;
  /** Ends the connection when it is returned from. */
  body: AsyncIterable<Uint8Array>;
  /** Ends the connection, whether the body was begun or not. */
  cancel(): void;
};

/**
 * As `signedFetch`, for an answer that may be a stream of `mediaType`: nobody has signed that as a whole, what it holds is for
 * its reader to verify. Every other answer is read and verified as always. The time-out is for the answer's beginning.
 */
export function signedStreamFetch(options: {
  keys: KeyRing;
  mediaType: string;
  clock?: Clock;
  fetch?: typeof globalThis.fetch;
  timeoutMilliseconds?: number;
}): (url: string, call: SignedCall) => Promise<SignedReply | SignedStream> {
  const clock = options.clock ?? systemClock;
  const send = options.fetch ?? globalThis.fetch;
  return async (url, call) => {
    const request = signed(url, call, options.keys, clock);
    const { method, headers, body } = request;
    const connection = new AbortController();
    const late = setTimeout(() => connection.abort(), options.timeoutMilliseconds ?? 10_000);
    try {
      const init = { method, headers, body, redirect: 'error', signal: connection.signal } as const;
      const response = await send(url, init).catch((cause: unknown) => {
        throw unreachable(url, cause);
      });
      if (response.ok && response.headers.get('content-type') === options.mediaType) {
        return {
          requestSignature: headers['signature'] ?? '',
          body: chunksOf(url, response, connection),
          cancel: () => connection.abort(),
        };
      }
      const bytes = await readBounded(response, LARGEST_ANSWER_BYTES).catch((cause: unknown) => {
        throw unreachable(url, cause);
      });
      return verified({ status: response.status, headers: response.headers, bytes }, request, call, clock);
    } finally {
      clearTimeout(late);
    }
  };
}

async function* chunksOf(
  url: string,
  response: Response,
  connection: AbortController,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (cause) {
    throw unreachable(url, cause);
  } finally {
    connection.abort();
  }
}

async function transport(
  send: typeof globalThis.fetch,
  { url, method, headers, body }: SignedRequest,
  limits: { timeoutMilliseconds?: number; maxAnswerBytes?: number },
): Promise<RawAnswer> {
  try {
    const response = await send(url, {
      method,
      headers,
      ...(body.length === 0 ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(limits.timeoutMilliseconds ?? 10_000),
    });
    const bytes = await readBounded(response, limits.maxAnswerBytes ?? LARGEST_ANSWER_BYTES);
    return { status: response.status, headers: response.headers, bytes };
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

async function readBounded(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function parseBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refused('peer-answer-malformed', 'The other side did not answer with JSON.', {
      status: 502,
      cause,
    });
  }
}
