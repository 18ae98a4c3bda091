import { createHash } from 'node:crypto';
import { sha256 } from '../canonical/index.ts';
import type { Ids } from '../ids/index.ts';

const DOMAIN = 'xinlu/commitment/1\n';
export const SALT_BYTES = 32;

/**
 * What the log holds in place of a document: SHA-256 over domain, 32-byte salt and SHA-256 of the document.
 * Without the salt it says nothing, so destroying the salt erases the entry's meaning.
 */
export function commit(document: string | Uint8Array, salt: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  return new Uint8Array(createHash('sha256').update(DOMAIN).update(salt).update(sha256(document)).digest());
}

export function newSalt(ids: Ids): Uint8Array {
  return ids.bytes(SALT_BYTES);
}
