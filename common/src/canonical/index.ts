import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { refused } from '../errors/index.ts';

/** The one byte form of a JSON value: JSON Canonicalization Scheme, RFC 8785. Throws on values JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}

export function sha256(data: Uint8Array | string): Uint8Array {
  return new Uint8Array(hash('sha256', data, 'buffer'));
}

export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

export function sha256Base64url(data: Uint8Array | string): string {
  return hash('sha256', data, 'base64url');
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Strict base64url without padding (RFC 4648 section 5): one text per byte string, so that equal bytes are equal text.
 * Refuses other alphabets, padding, and non-zero trailing bits with code `base64url-malformed`.
 */
export function fromBase64url(text: string, length?: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text || (length !== undefined && bytes.length !== length)) {
    throw refused('base64url-malformed', 'A value is not base64url of the expected length.');
  }
  return new Uint8Array(bytes);
}
