import encodeQR from 'qr';
import type { Block, Face, Line, Page, Run, Widths } from './drawing.ts';
import { widthOf } from './drawing.ts';
import type { PrintedPaper, PrintedRow } from './paper-on-page.ts';
import { breakLines } from './text.ts';

/** A4, in points. */
export const pageSize = { width: 595, height: 842 } as const;

const frame = { left: 36, right: 559, bottom: 36, top: 806 } as const;
const column = { left: 60, label: 68, rule: 190, value: 198, right: 535 } as const;
const gap = 8;
/** Rows end above this line. */
const tableEnd = 70;

type Pen = {
  readonly widths: Widths;
  readonly pages: { blocks: Block[]; lines: Line[]; code?: Page['code'] }[];
  y: number;
};

/**
 * Lays a paper out as the printed one: heading and number, the table, what the office attests, its name and the day, and
 * a QR code. This is layout 1 of papers; it never changes, since papers that were printed by it must come out the same.
 */
export function layOut(paper: PrintedPaper, widths: Widths): Page[] {
  const pen: Pen = { widths, pages: [], y: 0 };
  openPage(pen);
  head(pen, paper);
  for (const row of paper.rows) drawRow(pen, row);
  foot(pen, paper);
  for (const [index, page] of pen.pages.entries()) {
    const text = `${index + 1}／${pen.pages.length}`;
    page.blocks.push({
      role: 'P',
      runs: [centred(widths, { face: 'regular', size: 8, y: 48, text, quiet: true })],
    });
  }
  return pen.pages;
}

function current(pen: Pen) {
  const page = pen.pages.at(-1);
  if (!page) throw new RangeError('there is no page');
  return page;
}

function openPage(pen: Pen): void {
  pen.pages.push({
    blocks: [],
    lines: [...border(0, 1.5), ...border(4, 0.5)],
  });
  pen.y = 760;
}

function border(inset: number, width: number): Line[] {
  const { left, right, bottom, top } = frame;
  const corners = [
    [left + inset, bottom + inset],
    [right - inset, bottom + inset],
    [right - inset, top - inset],
    [left + inset, top - inset],
  ] as const;
  return corners.map((from, index) => ({ from, to: corners[(index + 1) % 4] ?? from, width }));
}

function centred(widths: Widths, run: Omit<Run, 'x'>): Run {
  const width = widthOf(widths, run.face, run.size, run.text, run.spread);
  return { ...run, x: (pageSize.width - width) / 2 };
}

function head(pen: Pen, { heading, number }: PrintedPaper): void {
  const { blocks } = current(pen);
  const { widths } = pen;
  const [zh, en] = heading;
  blocks.push({
    role: 'H1',
    runs: [
      centred(widths, { face: 'bold', size: 26, y: 752, text: zh, spread: 6 }),
      centred(widths, { face: 'regular', size: 10, y: 732, text: en, quiet: true }),
    ],
  });
  pen.y = 716;
  if (!number) return;
  const text = `${number.label[0]}：${number.value}`;
  const lines = breakLines(text, column.right - column.left, (part) => widthOf(widths, 'regular', 11, part));
  const runs = lines.map((line, index): Run => {
    const x = column.right - widthOf(widths, 'regular', 11, line);
    return { face: 'regular', size: 11, x, y: 708 - index * 16, text: line };
  });
  blocks.push({ role: 'P', runs });
  pen.y = 708 - (lines.length - 1) * 16 - 10;
}

function rule(pen: Pen, y: number): void {
  current(pen).lines.push({ from: [column.left, y], to: [column.right, y], width: 0.5 });
}

function divider(pen: Pen, x: number, from: number, to: number): void {
  current(pen).lines.push({ from: [x, from], to: [x, to], width: 0.5 });
}

/** Makes room for a row of this height, on a new page if need be, and rules its upper edge. */
function room(pen: Pen, height: number): void {
  if (pen.y - height < tableEnd) openPage(pen);
  rule(pen, pen.y);
}

function drawRow(pen: Pen, row: PrintedRow): void {
  if ('columns' in row) {
    drawList(pen, row);
    return;
  }
  const width = column.right - column.value - gap;
  const values = breakLines(row.value, width, (part) => widthOf(pen.widths, 'regular', 12, part));
  // A value longer than a page goes on in further rows.
  for (let start = 0; start < values.length; start += mostLines) {
    drawValue(pen, row.label, values.slice(start, start + mostLines));
  }
}

const mostLines = 24;
const lineHeight = 17;

function drawValue(pen: Pen, [zh, en]: readonly [string, string], lines: readonly string[]): void {
  const labels = breakLines(en, column.rule - column.label - 4, (part) =>
    widthOf(pen.widths, 'regular', 7.5, part),
  );
  const height = Math.max(33, lines.length * lineHeight + 12, 24 + labels.length * 9);
  room(pen, height);
  const top = pen.y;
  current(pen).blocks.push(
    {
      role: 'P',
      runs: [
        { face: 'regular', size: 10.5, x: column.label, y: top - 15, text: zh },
        ...labels.map(
          (text, index): Run => ({
            face: 'regular',
            size: 7.5,
            x: column.label,
            y: top - 26 - index * 9,
            text,
            quiet: true,
          }),
        ),
      ],
    },
    {
      role: 'P',
      runs: lines.map(
        (text, index): Run => ({
          face: 'regular',
          size: 12,
          x: column.value,
          y: top - (lines.length === 1 ? 21 : 19) - index * lineHeight,
          text,
        }),
      ),
    },
  );
  closeRow(pen, top, height, [column.rule]);
}

function closeRow(pen: Pen, top: number, height: number, inner: readonly number[]): void {
  pen.y = top - height;
  rule(pen, pen.y);
  for (const x of [column.left, ...inner, column.right]) divider(pen, x, top, pen.y);
}

/** A list: its label over the whole width, the names of its columns, and its rows. */
function drawList(pen: Pen, { label, columns, rows }: Extract<PrintedRow, { columns: unknown }>): void {
  room(pen, 80);
  const top = pen.y;
  const [zh, en] = label;
  const whole: Run = { face: 'regular', size: 10.5, x: column.label, y: top - 15, text: zh };
  const after = column.label + widthOf(pen.widths, 'regular', 10.5, zh) + gap;
  current(pen).blocks.push({
    role: 'P',
    runs: [whole, { face: 'regular', size: 7.5, x: after, y: top - 15, text: en, quiet: true }],
  });
  closeRow(pen, top, 22, []);
  const fixed = columns.map(({ form }): number => (form === 'day' ? 104 : form === 'integer' ? 92 : 0));
  const free = columns.filter((_, index) => fixed[index] === 0).length;
  const rest = column.right - column.left - fixed.reduce((sum, width) => sum + width, 0);
  const sizes = fixed.map((width) => width || rest / free);
  drawCells(
    pen,
    columns.map(({ label: [name] }) => name),
    sizes,
    9,
    true,
  );
  for (const row of rows) drawCells(pen, row, sizes, 10.5, false);
}

function drawCells(
  pen: Pen,
  cells: readonly string[],
  sizes: readonly number[],
  size: number,
  quiet: boolean,
) {
  const broken = cells.map((cell, index) =>
    breakLines(cell, (sizes[index] ?? 0) - gap, (part) => widthOf(pen.widths, 'regular', size, part)),
  );
  const most = Math.max(1, ...broken.map((lines) => lines.length));
  const height = most * (size + 4) + 10;
  room(pen, height);
  const top = pen.y;
  const edges: number[] = [];
  let x: number = column.left;
  for (const [index, lines] of broken.entries()) {
    if (index > 0) edges.push(x);
    current(pen).blocks.push({
      role: 'P',
      runs: lines.map(
        (text, at): Run => ({
          face: 'regular',
          size,
          x: x + gap / 2,
          y: top - size - 4 - at * (size + 4),
          text,
          quiet,
        }),
      ),
    });
    x += sizes[index] ?? 0;
  }
  closeRow(pen, top, height, edges);
}

/** The QR code and the notes beside it stand below this line. */
const footEnd = 156;

function foot(pen: Pen, { closing, authority, issuedOn, fingerprint, code }: PrintedPaper): void {
  const { widths } = pen;
  const set = (face: Face, size: number, text: string, width: number) =>
    breakLines(text, width, (part) => widthOf(widths, face, size, part));
  const width = column.right - column.left;
  const [zh, en] = [set('regular', 12, closing[0], width), set('regular', 8, closing[1], width)];
  const names = set('bold', 16, authority, width - 40);
  const needed = 24 + zh.length * 17 + en.length * 11 + 16 + names.length * 22 + 20;
  if (pen.y - needed < footEnd) openPage(pen);
  const page = current(pen);
  let y = Math.min(pen.y - 24, 730);
  const attested: Run[] = [];
  for (const text of zh) {
    attested.push({ face: 'regular', size: 12, x: column.left, y, text });
    y -= 17;
  }
  for (const text of en) {
    attested.push({ face: 'regular', size: 8, x: column.left, y: y + 2, text, quiet: true });
    y -= 11;
  }
  page.blocks.push({ role: 'P', runs: attested });
  // Name and day stand at the foot of the page, as on the printed form, unless the table reaches down to it.
  y = Math.min(y - 16, footEnd + 38 + names.length * 22);
  const named = names.map((text, index) =>
    centred(widths, { face: 'bold', size: 16, y: y - index * 22, text, spread: 2 }),
  );
  page.blocks.push({ role: 'P', runs: named });
  y -= names.length * 22 + 6;
  const day = centred(widths, { face: 'regular', size: 13, y, text: `中華${issuedOn}`, spread: 3 });
  if (issuedOn !== '') page.blocks.push({ role: 'P', runs: [day] });
  const side = 84;
  page.code = { x: column.left, y: 62, side, modules: encodeQR(code, 'raw', { ecc: 'medium', border: 1 }) };
  const notes = [
    '查驗：把本檔拖進查驗網頁，或掃描左方條碼、執行 npx xinlu verify。本檔已由機關簽章，所附 paper.xinlu.json 與本頁文字一致。列印本僅供參考。',
    'To check: drop this file on the page of the verifier, scan the code, or run npx xinlu verify. The office signed this file; the attached paper.xinlu.json says the same as this page. A print is for reference only.',
    `指紋 Fingerprint: ${fingerprint}`,
  ];
  let line = 62 + side - 10;
  const left = column.left + side + 14;
  for (const note of notes) {
    const lines = set('regular', 7.5, note, column.right - left);
    const block = lines.map(
      (text, index): Run => ({
        face: 'regular',
        size: 7.5,
        x: left,
        y: line - index * 11,
        text,
        quiet: true,
      }),
    );
    page.blocks.push({ role: 'P', runs: block });
    line -= lines.length * 11 + 4;
  }
}
