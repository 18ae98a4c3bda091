import { constants, createHash, type KeyObject, verify } from 'node:crypto';
import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';
import type { CardAnswer } from './card-answer.ts';
import { requireUsableKey } from './usable-key.ts';

/** JWA-style names of the `web-eid:1.0` format with the hash they sign with. */
type WebEidAlgorithm = {
  kind: 'rsa' | 'ec';
  hash: 'sha256' | 'sha384' | 'sha512';
  pss: boolean;
  curve?: string;
};

const ALGORITHMS: ReadonlyMap<string, WebEidAlgorithm> = new Map([
  ['ES256', { kind: 'ec', hash: 'sha256', pss: false, curve: 'P-256' }],
  ['ES384', { kind: 'ec', hash: 'sha384', pss: false, curve: 'P-384' }],
  ['ES512', { kind: 'ec', hash: 'sha512', pss: false, curve: 'P-521' }],
  ['RS256', { kind: 'rsa', hash: 'sha256', pss: false }],
  ['RS384', { kind: 'rsa', hash: 'sha384', pss: false }],
  ['RS512', { kind: 'rsa', hash: 'sha512', pss: false }],
  ['PS256', { kind: 'rsa', hash: 'sha256', pss: true }],
  ['PS384', { kind: 'rsa', hash: 'sha384', pss: true }],
  ['PS512', { kind: 'rsa', hash: 'sha512', pss: true }],
]);

const FORMAT = /^web-eid:1(\.[0-9]{1,4})?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_FIELD_CHARACTERS = 64 * 1024;

/**
 * Verifies a `web-eid:1.0` authentication token: the card signed hash(hash(origin) || hash(challenge)), so the answer
 * belongs to this origin and this challenge alone.
 * @param input.token the parsed JSON of the token, as it came from the browser
 * @param input.origin the exact origin that we serve, e.g. `https://id.gov.tw`; never what the browser says
 * @param input.challenge the challenge text that we gave out, as sent
 * @throws PkiError `web-eid-malformed`, `web-eid-format-unsupported`, `web-eid-algorithm-unsupported`,
 * `certificate-malformed`, `card-key-unsupported`, `card-signature-invalid`
 */
export function verifyWebEidToken(input: { token: unknown; origin: string; challenge: string }): CardAnswer {
  if (input.origin === '' || input.challenge === '') {
    throw new TypeError('Origin and challenge must be given, or the token would prove nothing');
  }
  const token = readFields(input.token);
  if (!FORMAT.test(token.format))
    throw new PkiError('web-eid-format-unsupported', 'The token is not of web-eid:1');
  const algorithm = ALGORITHMS.get(token.algorithm);
  if (!algorithm)
    throw new PkiError('web-eid-algorithm-unsupported', 'The signature algorithm of the token is unknown');
  const unverifiedCertificate = parseCertificate(decodeBase64(token.unverifiedCertificate));
  requireUsableKey(unverifiedCertificate);
  requireMatchingKey(unverifiedCertificate, algorithm);
  const digest = (text: string): Buffer => createHash(algorithm.hash).update(text, 'utf8').digest();
  const signedData = Buffer.concat([digest(input.origin), digest(input.challenge)]);
  const options = signatureOptions(algorithm, unverifiedCertificate.publicKey);
  if (!verifyQuietly(algorithm.hash, signedData, options, decodeBase64(token.signature))) {
    throw new PkiError(
      'card-signature-invalid',
      'The signature does not belong to this origin, challenge and certificate',
    );
  }
  return { unverifiedCertificate };
}

type TokenFields = { format: string; algorithm: string; unverifiedCertificate: string; signature: string };

function readFields(token: unknown): TokenFields {
  if (typeof token !== 'object' || token === null || Array.isArray(token)) {
    throw new PkiError('web-eid-malformed', 'The token is not an object');
  }
  const field = (name: keyof TokenFields): string => {
    const value: unknown = Object.hasOwn(token, name) ? Reflect.get(token, name) : undefined;
    if (typeof value !== 'string' || value.length === 0 || value.length > MAX_FIELD_CHARACTERS) {
      throw new PkiError('web-eid-malformed', `The token has no usable field ${name}`);
    }
    return value;
  };
  return {
    format: field('format'),
    algorithm: field('algorithm'),
    unverifiedCertificate: field('unverifiedCertificate'),
    signature: field('signature'),
  };
}

function decodeBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new PkiError('web-eid-malformed', 'A field of the token is not base64');
  return Buffer.from(text, 'base64');
}

function requireMatchingKey(certificate: UnverifiedCertificate, algorithm: WebEidAlgorithm): void {
  const { kind, curve } = certificate.subjectPublicKey;
  if (kind !== algorithm.kind || (algorithm.curve !== undefined && curve?.name !== algorithm.curve)) {
    throw new PkiError(
      'card-signature-invalid',
      'The algorithm of the token does not belong to the key in the certificate',
    );
  }
}

function signatureOptions(algorithm: WebEidAlgorithm, key: KeyObject) {
  if (algorithm.kind === 'ec') return { key, dsaEncoding: 'ieee-p1363' as const };
  return algorithm.pss
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key, padding: constants.RSA_PKCS1_PADDING };
}

function verifyQuietly(
  hash: string,
  data: Uint8Array,
  options: ReturnType<typeof signatureOptions>,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, data, options, signature);
  } catch {
    // OpenSSL reports some malformed signatures by an error instead of a plain no.
    return false;
  }
}
