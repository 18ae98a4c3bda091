import type { Face, Page, Widths } from './drawing.ts';
import { layOut } from './lay-out.ts';
import type { PrintedPaper } from './paper-on-page.ts';

/** The characters that a paper is printed with, in the order of their glyphs (the first has glyph 1). */
export type Glyphs = { readonly [F in Face]: readonly string[] };

/** Page numbers depend on the length of the paper, so their characters are always there. */
const always = [...'0123456789／'];

const anyWidth: Widths = () => 1000;

/** All the characters in each face; they do not depend on how wide they are. */
export function glyphsOf(paper: PrintedPaper): Glyphs {
  const found = { regular: new Set(always), bold: new Set<string>() };
  for (const { blocks } of layOut(paper, anyWidth)) {
    for (const { face, text } of blocks.flatMap(({ runs }) => runs)) {
      for (const char of text) found[face].add(char);
    }
  }
  const inOrder = (chars: Set<string>) => [...chars].sort((a, b) => codePoint(a) - codePoint(b));
  return { regular: inOrder(found.regular), bold: inOrder(found.bold) };
}

export function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}

/**
 * The same paper with 〔U+2A6A5〕 in the place of each character that the fonts cannot draw: a name is printed as what can be
 * looked up, never as an empty box.
 */
export function withoutUndrawable(paper: PrintedPaper, missing: ReadonlySet<number>): PrintedPaper {
  if (missing.size === 0) return paper;
  const spelled = (text: string) =>
    text.replace(/./gsu, (char) =>
      missing.has(codePoint(char)) ? `〔U+${codePoint(char).toString(16).toUpperCase()}〕` : char,
    );
  return {
    ...paper,
    authority: spelled(paper.authority),
    ...(paper.number && { number: { ...paper.number, value: spelled(paper.number.value) } }),
    rows: paper.rows.map((row) =>
      'value' in row
        ? { ...row, value: spelled(row.value) }
        : { ...row, rows: row.rows.map((cells) => cells.map(spelled)) },
    ),
  } as PrintedPaper;
}

/** The content stream of one page: text by glyph number, lines, and the QR code, all marked for screen readers. */
export function contentOf(page: Page, glyphs: Glyphs): string {
  const numbers = {
    regular: new Map(glyphs.regular.map((char, index) => [char, index + 1])),
    bold: new Map(glyphs.bold.map((char, index) => [char, index + 1])),
  };
  const hex = (face: Face, text: string) =>
    [...text].map((char) => (numbers[face].get(char) ?? 0).toString(16).padStart(4, '0')).join('');
  const parts: string[] = ['/Artifact BMC', '0 G'];
  for (const { from, to, width } of page.lines) {
    parts.push(`${number(width)} w ${point(from)} m ${point(to)} l S`);
  }
  parts.push('EMC');
  let mark = 0;
  for (const { role, runs } of page.blocks) {
    parts.push(`/${role} <</MCID ${mark}>> BDC`);
    mark += 1;
    for (const { face, size, x, y, text, quiet, spread } of runs) {
      parts.push(
        `BT ${quiet ? '0.34' : '0.1'} g /${face === 'bold' ? 'B' : 'R'} ${number(size)} Tf ${number(spread ?? 0)} Tc ${point([x, y])} Td <${hex(face, text)}> Tj ET`,
      );
    }
    parts.push('EMC');
  }
  if (page.code) {
    const { x, y, side, modules } = page.code;
    const unit = side / modules.length;
    parts.push(`/Figure <</MCID ${mark}>> BDC`, '0 g');
    for (const [row, line] of modules.entries()) {
      for (const [start, length] of darkRuns(line)) {
        const corner = [x + start * unit, y + side - (row + 1) * unit] as const;
        parts.push(`${point(corner)} ${number(length * unit)} ${number(unit)} re`);
      }
    }
    parts.push('f', 'EMC');
  }
  return `${parts.join('\n')}\n`;
}

function darkRuns(line: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = [];
  for (const [index, dark] of line.entries()) {
    const last = runs.at(-1);
    if (!dark) continue;
    if (last && last[0] + last[1] === index) last[1] += 1;
    else runs.push([index, 1]);
  }
  return runs;
}

function point([x, y]: readonly [number, number]): string {
  return `${number(x)} ${number(y)}`;
}

/** At most three decimals, as every engine writes them. */
function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
