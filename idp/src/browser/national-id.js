// The check digit, so that a typing error is found before the card is asked. The server checks again.

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];

/** @param {string} typed */
export const tidy = (typed) => typed.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();

/** @param {string} text */
export function isNationalId(text) {
  if (!/^[A-Z][12]\d{8}$/.test(text)) return false;
  const letter = LETTERS.indexOf(text.charAt(0)) + 10;
  const digits = [Math.floor(letter / 10), letter % 10, ...[...text.slice(1)].map(Number)];
  return digits.reduce((sum, digit, index) => sum + digit * (WEIGHTS[index] ?? 0), 0) % 10 === 0;
}
