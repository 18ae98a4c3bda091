import type { JWK } from 'jose';
import { type Clock, systemClock } from '../clock/index.ts';
import { refused, retryable } from '../errors/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { type SignedMessage, signRequest, verifyAnswer } from './message.ts';

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
    const method = call.method ?? (call.json === undefined ? 'GET' : 'POST');
    const body = Buffer.from(call.json === undefined ? '' : JSON.stringify(call.json));
    const plain: Record<string, string> = {
      accept: 'application/json',
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    };
    const message: SignedMessage = { method, url, headers: plain, body };
    const headers = { ...plain, ...signRequest(message, options.keys, clock) };
    const { status, answerHeaders, bytes } = await transport(send, url, { method, headers, body }, options);
    if (call.answerKeys !== undefined) {
      const keys = call.answerKeys;
      const answer = { status, headers: Object.fromEntries(answerHeaders), body: bytes };
      verifyAnswer(answer, { ...message, headers }, (kid) => keys.find((key) => key.kid === kid), clock);
    }
    return { status, json: parseBody(bytes), headers: answerHeaders };
  };
}

async function transport(
  send: typeof globalThis.fetch,
  url: string,
  request: { method: string; headers: Record<string, string>; body: Buffer<ArrayBuffer> },
  limits: { timeoutMilliseconds?: number; maxAnswerBytes?: number },
): Promise<{ status: number; answerHeaders: Headers; bytes: Uint8Array }> {
  try {
    const response = await send(url, {
      method: request.method,
      headers: request.headers,
      ...(request.body.length === 0 ? {} : { body: request.body }),
      redirect: 'error',
      signal: AbortSignal.timeout(limits.timeoutMilliseconds ?? 10_000),
    });
    const bytes = await readBounded(response, limits.maxAnswerBytes ?? 5_000_000);
    return { status: response.status, answerHeaders: response.headers, bytes };
  } catch (cause) {
    throw retryable('peer-unreachable', `${new URL(url).origin} does not answer; try again later.`, {
      cause,
    });
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
