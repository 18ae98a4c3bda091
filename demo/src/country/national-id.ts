/** The value of the first letter, 10 to 35, in the order in which the counties got their letters. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1];

const weightedSum = (letter: string, digits: string): number => {
  const value = LETTERS.indexOf(letter) + 10;
  const all = [Math.floor(value / 10), value % 10, ...[...digits].map(Number)];
  return all.reduce((sum, digit, index) => sum + digit * (WEIGHTS[index] ?? 0), 0);
};

/** Completes eight digits (the first is 1 male, 2 female) to a national ID whose check digit holds. */
export const makeNationalId = (letter: string, digits: string): string =>
  `${letter}${digits}${(10 - (weightedSum(letter, digits) % 10)) % 10}`;

/** Whether a text is shaped like a national ID and its check digit holds. */
export const isNationalId = (text: string): boolean =>
  /^[A-Z][12]\d{8}$/.test(text) && makeNationalId(text.slice(0, 1), text.slice(1, 9)) === text;
