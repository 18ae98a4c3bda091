import { createHash } from 'node:crypto';

/** How long a browser is remembered after its last sign-in; browsers keep no cookie for longer either (RFC 6265bis 5.5). */
export const BROWSER_SECONDS = 400 * 86_400;

/**
 * By what a person's browser is known again: SHA-256 over her id and the random token in its cookie. Two persons at one
 * browser leave two marks that nobody can bring together, and a mark opens nothing.
 */
export function browserMark(personId: string, token: string): Buffer {
  return createHash('sha256').update(`xinlu/browser/1\n${personId}\n${token}`).digest();
}
