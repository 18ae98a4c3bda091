import { createHash } from 'node:crypto';

/** Without I, L, O and U, which are misread or misspell (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;

/** A week: time to hand it over and to find the card. */
export const INVITATION_SECONDS = 7 * 86_400;

/** A one-time code of 80 random bits, in groups that can be read out: `7F3K-0Q2M-9TDA-XW45`. */
export function newInvitation(bytes: (length: number) => Uint8Array): string {
  const text = [...bytes(LENGTH)].map((byte) => ALPHABET[byte % 32]).join('');
  return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** The SHA-256 of a code as somebody typed it (spaces, hyphens, small and look-alike letters forgiven); undefined if it is none. */
export function invitationHash(typed: string): Buffer | undefined {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (text.length !== LENGTH || [...text].some((letter) => !ALPHABET.includes(letter))) return undefined;
  return createHash('sha256').update(`xinlu/invitation/1\n${text}`).digest();
}
