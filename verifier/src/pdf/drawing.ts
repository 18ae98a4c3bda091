/** Which of the two embedded fonts a text is set in. */
export type Face = 'regular' | 'bold';

/** One line of text. Lengths in points, the origin at the lower left of an A4 page. */
export type Run = {
  readonly face: Face;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly quiet?: boolean | undefined;
  /** Extra room after each character. */
  readonly spread?: number | undefined;
};

/** What belongs together for a screen reader (ISO 14289, PDF/UA). */
export type Block = { readonly role: 'H1' | 'P'; readonly runs: readonly Run[] };

export type Line = {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly width: number;
};

/** A QR code: rows of modules from the top, and its place. */
export type Code = {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly modules: readonly (readonly boolean[])[];
};

export type Page = {
  readonly blocks: readonly Block[];
  readonly lines: readonly Line[];
  readonly code?: Code | undefined;
};

/** How wide a character is in a face, in thousandths of the size. */
export type Widths = (face: Face, char: string) => number;

export function widthOf(widths: Widths, face: Face, size: number, text: string, spread = 0): number {
  let sum = 0;
  let count = 0;
  for (const char of text) {
    sum += widths(face, char);
    count += 1;
  }
  return (sum * size) / 1000 + spread * Math.max(0, count - 1);
}
