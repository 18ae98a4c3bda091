export const toText = (lines: readonly string[] | undefined): string => (lines ?? []).join('\n');

/** Items of a field with one item a line; commas and spaces part them as well. */
export function toLines(text: string): string[] {
  return [...new Set(text.split(/[\s,，、]+/).filter((line) => line !== ''))];
}
