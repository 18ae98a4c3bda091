import { isObject, type JsonObject } from '../document/jws.ts';
import { concat, fromBase64url } from '../encoding/bytes.ts';

/** What a status list says of one credential. 3 is for applications to define: here, superseded. */
export const statusNames = ['valid', 'revoked', 'suspended', 'superseded'] as const;
export type StatusName = (typeof statusNames)[number];

/** Where a credential's status stands (Token Status List, "Referenced Token"). */
export type StatusReference = { readonly uri: string; readonly index: number };

/** No list may unpack to more than this; a longer one is an attack, not a list. */
const largestList = 8 * 1024 * 1024;

/** The status reference of a credential's claims: absent, or malformed. */
export function readStatusReference(claims: JsonObject): StatusReference | 'absent' | 'malformed' {
  const { status } = claims;
  if (status === undefined) return 'absent';
  const reference = isObject(status) ? status['status_list'] : undefined;
  if (!isObject(reference)) return 'malformed';
  const { uri, idx } = reference;
  if (typeof uri !== 'string' || !Number.isSafeInteger(idx) || Number(idx) < 0) return 'malformed';
  return { uri, index: Number(idx) };
}

/**
 * Looks one credential up in a verified status list (Token Status List, section 4).
 *
 * @param list the `status_list` claim: `bits` 1, 2, 4 or 8 and `lst`, base64url of zlib data
 * @returns undefined if the list is malformed, too long, or has no such index
 */
export async function statusAt(list: unknown, index: number): Promise<StatusName | undefined> {
  if (!isObject(list)) return undefined;
  const { bits, lst } = list;
  const packed = fromBase64url(lst);
  if (!packed || (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8)) return undefined;
  const bytes = await inflate(packed);
  const perByte = 8 / bits;
  const byte = bytes?.[Math.floor(index / perByte)];
  if (byte === undefined) return undefined;
  return statusNames[(byte >> ((index % perByte) * bits)) & (2 ** bits - 1)];
}

async function inflate(packed: Uint8Array): Promise<Uint8Array | undefined> {
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > largestList) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(next.value);
    }
  } catch {
    return undefined;
  }
  return concat(...chunks);
}
