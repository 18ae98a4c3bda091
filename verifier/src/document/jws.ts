import { compactVerify, importJWK, type JWK } from 'jose';
import { fromBase64url, utf8Text } from '../encoding/bytes.ts';

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deeper than any document of ours; what walks a document may recurse without fear. */
const deepest = 64;

/** Whether a JSON value nests no deeper than documents may. */
export function isShallow(value: unknown, allowed = deepest): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return allowed > 0 && Object.values(value).every((member) => isShallow(member, allowed - 1));
}

/** A compact JWS taken apart. Nothing in it is to be believed until `isSignedBy` says so. */
export type UnverifiedJws = {
  readonly compact: string;
  readonly header: JsonObject;
  readonly payload: JsonObject;
};

/**
 * Takes a compact JWS with a JSON payload apart (RFC 7515, section 3.1).
 * Each part must be canonical base64url: a changed spelling of the same bytes is not the same document.
 */
export function parseJws(compact: unknown): UnverifiedJws | undefined {
  if (typeof compact !== 'string') return undefined;
  const parts = compact.split('.');
  if (parts.length !== 3) return undefined;
  const [header, payload] = parts.slice(0, 2).map(parsePart);
  const signature = fromBase64url(parts[2]);
  if (!header || !payload || !signature?.length) return undefined;
  return { compact, header, payload };
}

function parsePart(part: string): JsonObject | undefined {
  const bytes = fromBase64url(part);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(utf8Text(bytes));
    return isObject(value) && isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this public key signed the JWS with ES256 and the header names this type. */
export async function isSignedBy(jws: UnverifiedJws, key: JWK, types: readonly string[]): Promise<boolean> {
  const { typ, alg } = jws.header;
  if (alg !== 'ES256' || typeof typ !== 'string' || !types.includes(typ)) return false;
  try {
    await compactVerify(jws.compact, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}
