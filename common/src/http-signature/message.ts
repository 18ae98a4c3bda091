import { createHash, randomBytes, sign, verify } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { JWK } from 'jose';
import { type Dictionary, type InnerList, parseDictionary, serializeDictionary } from 'structured-headers';
import type { Clock } from '../clock/index.ts';
import { refused } from '../errors/index.ts';
import { type KeyRing, publicKeyObject } from '../keys/index.ts';

/**
 * The one profile of HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530) that services speak among
 * themselves: one signature labelled `xinlu`, ecdsa-p256-sha256, a fixed list of covered components, `created`, `keyid`
 * and `nonce`. Whatever is not exactly of this form is refused; there is no negotiation to attack.
 */
export type SignedMessage = {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};
export type SignedAnswer = { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array };

const LABEL = 'xinlu';
const REQUEST_COMPONENTS = ['@method', '@target-uri', 'content-digest'];
const RESPONSE_COMPONENTS = ['@status', 'content-digest', 'signature;req', 'content-digest;req'];
export const MAX_AGE_SECONDS = 60;

export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

const TOKEN_DIGEST = 'access-token-digest';

/** What a request says of the token in its `authorization`, as its signature may cover it in that one's place. */
export function accessTokenDigest(authorization: string): string {
  return contentDigest(Buffer.from(authorization.slice(authorization.indexOf(' ') + 1)));
}

/**
 * Whoever carries a token in the request vouches for it. A DPoP proof names its token by `ath` (RFC 9449 section 4.2), so
 * covering the proof covers the token, and the request can be shown to a third party without handing on the token. A token
 * without a proof, bound to a certificate, is named by our `access-token-digest` to the same end.
 */
function requestComponents(headers: Readonly<Record<string, string>>): string[] {
  if (headers['dpop'] !== undefined) return [...REQUEST_COMPONENTS, 'dpop'];
  if (headers[TOKEN_DIGEST] !== undefined) return [...REQUEST_COMPONENTS, TOKEN_DIGEST];
  return headers['authorization'] === undefined
    ? REQUEST_COMPONENTS
    : [...REQUEST_COMPONENTS, 'authorization'];
}

function base(components: string[], message: object, request?: object): [string, string[]][] {
  return httpbis.createSignatureBase({ fields: components }, message as never, request as never) as [
    string,
    string[],
  ][];
}

function signatureBase(components: string[], parameters: string, message: object, request?: object): Buffer {
  const lines = base(components, message, request);
  return Buffer.from(httpbis.formatSignatureBase([...lines, ['"@signature-params"', [parameters]]]));
}

function covered(components: string[]): InnerList[0] {
  return components.map((component) => {
    const [name, parameter] = component.split(';') as [string, string?];
    return [name, new Map(parameter === undefined ? [] : [[parameter, true]])];
  });
}

function makeSignature(
  keys: KeyRing,
  clock: Clock,
  components: string[],
  message: object,
  request?: object,
): Record<string, string> {
  const parameters = new Map<string, number | string>([
    ['created', Math.floor(clock.now().getTime() / 1000)],
    ['keyid', keys.signing.kid],
    ['nonce', randomBytes(16).toString('base64url')],
  ]);
  const input: Dictionary = new Map([[LABEL, [covered(components), parameters] as InnerList]]);
  const serialized = serializeDictionary(input);
  const signature = sign(
    'sha256',
    signatureBase(components, serialized.slice(LABEL.length + 1), message, request),
    {
      key: keys.signing.privateKey,
      dsaEncoding: 'ieee-p1363',
    },
  );
  return { 'signature-input': serialized, signature: `${LABEL}=:${signature.toString('base64')}:` };
}

/** The headers to add to a request: `content-digest`, `signature-input`, `signature`. Header names in lower case. */
export function signRequest(message: SignedMessage, keys: KeyRing, clock: Clock): Record<string, string> {
  const headers = { ...message.headers, 'content-digest': contentDigest(message.body) };
  const signed = { method: message.method, url: message.url, headers };
  return {
    'content-digest': headers['content-digest'],
    ...makeSignature(keys, clock, requestComponents(headers), signed),
  };
}

/** The headers to add to an answer; its signature covers the request's signature and body by `;req`. */
export function signAnswer(
  answer: SignedAnswer,
  request: SignedMessage,
  keys: KeyRing,
  clock: Clock,
): Record<string, string> {
  const headers = { ...answer.headers, 'content-digest': contentDigest(answer.body) };
  return {
    'content-digest': headers['content-digest'],
    ...makeSignature(keys, clock, RESPONSE_COMPONENTS, { status: answer.status, headers }, request),
  };
}

export type KeyLookup = (kid: string) => JWK | undefined;
export type VerifiedSignature = { kid: string; nonce: string; created: number };

function wrong(code: string, message: string, cause?: unknown): Error {
  return refused(code, message, { status: 401, cause });
}

function readInput(headers: Readonly<Record<string, string>>): {
  text: string;
  list: InnerList;
  signature: Buffer;
} {
  const text = headers['signature-input'];
  const value = headers['signature'];
  if (text === undefined || value === undefined) {
    throw wrong('signature-missing', 'The message is not signed (RFC 9421).');
  }
  try {
    const inputs = parseDictionary(text);
    const signatures = parseDictionary(value);
    const list = inputs.get(LABEL);
    const raw = signatures.get(LABEL)?.[0];
    if (
      inputs.size !== 1 ||
      signatures.size !== 1 ||
      !Array.isArray(list?.[0]) ||
      !(raw instanceof ArrayBuffer)
    ) {
      throw new Error('not one signature of our label');
    }
    // The exact serialization is signed, so only the canonical one is taken.
    if (serializeDictionary(inputs) !== text) throw new Error('signature-input is not in canonical form');
    return { text: text.slice(LABEL.length + 1), list: list as InnerList, signature: Buffer.from(raw) };
  } catch (cause) {
    throw wrong('signature-malformed', 'The message signature is not of the expected form.', cause);
  }
}

function verifySignature(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  components: string[],
  lookup: KeyLookup,
  clock: Clock,
  message: object,
  request?: object,
): VerifiedSignature {
  const input = readInput(headers);
  const expected = JSON.stringify(covered(components).map(([name, parameters]) => [name, [...parameters]]));
  const actual = JSON.stringify(input.list[0].map(([name, parameters]) => [name, [...parameters]]));
  if (actual !== expected)
    throw wrong('signature-coverage', 'The signature does not cover the required components.');
  const created = input.list[1].get('created');
  const kid = input.list[1].get('keyid');
  const nonce = input.list[1].get('nonce');
  if (
    typeof created !== 'number' ||
    typeof kid !== 'string' ||
    typeof nonce !== 'string' ||
    nonce.length > 64
  ) {
    throw wrong('signature-malformed', 'The signature lacks created, keyid or nonce.');
  }
  const age = clock.now().getTime() / 1000 - created;
  if (age > MAX_AGE_SECONDS || age < -5)
    throw wrong('signature-stale', 'The signature is too old or from the future.');
  if (headers['content-digest'] !== contentDigest(body)) {
    throw wrong('content-digest-wrong', 'The body is not the one that was signed.');
  }
  const jwk = lookup(kid);
  if (jwk === undefined) throw wrong('signature-key-unknown', 'The signing key is not in the register.');
  const data = signatureBase(components, input.text, message, request);
  if (!verify('sha256', data, { key: publicKeyObject(jwk), dsaEncoding: 'ieee-p1363' }, input.signature)) {
    throw wrong('signature-wrong', 'The message signature does not verify.');
  }
  return { kid, nonce, created };
}

/** Verifies a request against our own idea of its address. The nonce's single use is the caller's to enforce. */
export function verifyRequest(message: SignedMessage, lookup: KeyLookup, clock: Clock): VerifiedSignature {
  const signed = { method: message.method, url: message.url, headers: message.headers };
  const components = requestComponents(message.headers);
  const { authorization, [TOKEN_DIGEST]: digest } = message.headers;
  if (authorization !== undefined && digest !== undefined && accessTokenDigest(authorization) !== digest) {
    throw wrong('signature-coverage', 'The signature is for another access token.');
  }
  return verifySignature(message.headers, message.body, components, lookup, clock, signed);
}

/** Verifies that the answer was signed by a key of `lookup`, for exactly this request. */
export function verifyAnswer(
  answer: SignedAnswer,
  request: SignedMessage,
  lookup: KeyLookup,
  clock: Clock,
): VerifiedSignature {
  const signed = { status: answer.status, headers: answer.headers };
  return verifySignature(answer.headers, answer.body, RESPONSE_COMPONENTS, lookup, clock, signed, request);
}
