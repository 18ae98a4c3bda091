import { SDJwt } from '@sd-jwt/core';
import { base64url, fromBase64url, sha256, utf8, utf8Text } from '../encoding/bytes.ts';
import { isObject, isShallow, type JsonObject, parseJws, type UnverifiedJws } from './jws.ts';

/** An SD-JWT taken apart (RFC 9901): the issuer's JWT and what was disclosed with it. */
export type UnverifiedSdJwt = {
  readonly jwt: UnverifiedJws;
  readonly disclosures: readonly string[];
  /** The holder's proof that she shows it herself (Key Binding JWT), and the hash that it must be about. */
  readonly holderProof?: { readonly jwt: UnverifiedJws; readonly sdHash: string };
};

/** Takes a compact SD-JWT, with or without key binding, apart; undefined if it is not one. */
export function parseSdJwt(compact: string): UnverifiedSdJwt | undefined {
  const [first, ...rest] = compact.split('~');
  const last = rest.pop();
  const jwt = parseJws(first);
  if (last === undefined || !jwt || rest.some((disclosure) => !isDisclosure(disclosure))) return undefined;
  if (last === '') return { jwt, disclosures: rest };
  const proof = parseJws(last);
  const shown = compact.slice(0, compact.lastIndexOf('~') + 1);
  return proof && { jwt, disclosures: rest, holderProof: { jwt: proof, sdHash: digestOf(shown) } };
}

function isDisclosure(disclosure: string): boolean {
  const bytes = fromBase64url(disclosure);
  if (!bytes) return false;
  try {
    const value: unknown = JSON.parse(utf8Text(bytes));
    if (!Array.isArray(value) || !isShallow(value)) return false;
    return (value.length === 2 || value.length === 3) && typeof value[0] === 'string';
  } catch {
    return false;
  }
}

/** The name of the field that a disclosure of `parseSdJwt` is about; undefined for a list's element. */
export function disclosedName(disclosure: string): string | undefined {
  const content: unknown = JSON.parse(utf8Text(fromBase64url(disclosure) ?? new Uint8Array()));
  const name = Array.isArray(content) && content.length === 3 ? content[1] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Base64url of the SHA-256 of the US-ASCII text. */
export function digestOf(text: string): string {
  return base64url(sha256(utf8(text)));
}

/**
 * Whether each disclosure belongs to the issuer's JWT exactly once (RFC 9901, section 7.1: a disclosure that
 * nothing refers to, or a digest that stands twice, makes the whole SD-JWT invalid).
 */
export function disclosuresBelong({ jwt, disclosures }: UnverifiedSdJwt): boolean {
  const { _sd_alg: algorithm } = jwt.payload;
  if (algorithm !== undefined && algorithm !== 'sha-256') return false;
  const digests: string[] = [];
  collectDigests(jwt.payload, digests);
  for (const disclosure of disclosures) {
    const content: unknown[] = JSON.parse(utf8Text(fromBase64url(disclosure) ?? new Uint8Array()));
    const name = content.length === 3 ? content[1] : undefined;
    if (name === '_sd' || name === '...' || (content.length === 3 && typeof name !== 'string')) return false;
    collectDigests(content.at(-1), digests);
  }
  if (new Set(digests).size !== digests.length || new Set(disclosures).size !== disclosures.length)
    return false;
  return disclosures.every((disclosure) => digests.includes(digestOf(disclosure)));
}

function collectDigests(value: unknown, into: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectDigests(item, into);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === '_sd' && Array.isArray(member)) into.push(...member.filter((d) => typeof d === 'string'));
    else if (name === '...' && typeof member === 'string') into.push(member);
    else collectDigests(member, into);
  }
}

/** The claims with what was disclosed put in place. Call only after `disclosuresBelong`. */
export async function disclosedClaims(compact: string): Promise<JsonObject> {
  const hasher = (data: string | ArrayBuffer) =>
    sha256(typeof data === 'string' ? utf8(data) : new Uint8Array(data));
  return (await SDJwt.fromEncode(compact, hasher)).getClaims<JsonObject>(hasher);
}
