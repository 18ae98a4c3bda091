import type { Fault, Rule } from './rule.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Text that a store or a reader could take for something else: control and direction characters, broken surrogates. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !CONTROL.test(text);
}

function* textsOf(value: unknown, path: string): Generator<[path: string, text: string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* textsOf(member, `${path}/${name}`);
}

/** What the second operator reads is what stands there: no text can hide or turn around a part of itself. */
export const checkText: Rule = (participant) => {
  const faults: Fault[] = [];
  for (const [path, text] of textsOf(participant, '')) {
    if (!isPlainText(text))
      faults.push({ path, code: 'text-unreadable', message: 'holds characters that cannot be shown' });
  }
  return faults;
};
