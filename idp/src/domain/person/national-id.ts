import { refused } from '@xinlu/common/errors';

/** The value of the first letter, 10 to 35, in the order in which the counties got their letters. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];

/** Whether the check digit of a well-formed 國民身分證統一編號 (letter, 1 or 2, eight digits) holds. */
export function isNationalId(text: string): boolean {
  if (!/^[A-Z][12]\d{8}$/.test(text)) return false;
  const letter = LETTERS.indexOf(text.charAt(0)) + 10;
  const digits = [Math.floor(letter / 10), letter % 10, ...[...text.slice(1)].map(Number)];
  return digits.reduce((sum, digit, index) => sum + digit * (WEIGHTS[index] ?? 0), 0) % 10 === 0;
}

/** A person's card came without her number. */
export const nationalIdMissing = () =>
  refused('national-id-missing', 'This is the card of a person: her national ID number is needed too.');

/** What she typed, spaces and small letters forgiven. Refusal: `national-id-malformed` (no word on which part is wrong). */
export function readNationalId(typed: string): string {
  const claimedNationalId = typed.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (isNationalId(claimedNationalId)) return claimedNationalId;
  throw refused(
    'national-id-malformed',
    'This is not a valid national ID number; check it for a typing error.',
  );
}
