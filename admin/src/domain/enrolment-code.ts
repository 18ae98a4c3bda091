import { sha256Hex } from '@xinlu/common/canonical';
import type { Ids } from '@xinlu/common/ids';

/** Letters and digits that nobody confuses: no 0 O 1 I L. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** A one-time code of 20 characters (99 bits), in groups of five. */
export function newEnrolmentCode(ids: Ids): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP_LENGTH) {
    // Bytes of 248 and more would favour the first letters: 248 is the largest multiple of 31 in a byte.
    for (const byte of ids.bytes(64)) if (byte < 248) letters.push(ALPHABET.charAt(byte % ALPHABET.length));
  }
  return grouped(letters.slice(0, GROUPS * GROUP_LENGTH).join(''));
}

function grouped(letters: string): string {
  return (letters.match(/.{1,5}/g) ?? []).join('-');
}

/** What is stored of a code, as lower-case hex. Case, spaces and dashes of what was typed do not matter. */
export function enrolmentCodeHash(claimedCode: string): string {
  return sha256Hex(grouped(claimedCode.toUpperCase().replace(/[^A-Z0-9]/g, '')));
}
