import { concat, hex, utf8 } from '../encoding/bytes.ts';
import type { Face, Page } from './drawing.ts';
import { contentOf, type Glyphs, glyphsOf, withoutUndrawable } from './glyphs.ts';
import { layOut, pageSize } from './lay-out.ts';
import { type PrintedPaper, printedPaper } from './paper-on-page.ts';

/** One embedded font: what a PDF cannot be made from the file alone without. */
export type EmbeddedFont = {
  /** Advance widths of glyphs 1, 2, …, in thousandths of the size. */
  readonly widths: readonly number[];
  /** TrueType program with those glyphs in this order, zlib-compressed. */
  readonly program: Uint8Array;
  /** Length of the program before compression, in bytes. */
  readonly length: number;
};

/** From these, and nothing else, every byte of a paper's PDF follows. */
export type PdfParts = {
  /** Text of the `*.xinlu.json`. */
  readonly file: string;
  /** Address of the verifier's page for the QR code. */
  readonly verifier: string;
  readonly fonts: { readonly [F in Face]: EmbeddedFont };
  /** Code points that the fonts cannot draw. */
  readonly missing: ReadonlySet<number>;
  /** When the office sealed it; whole seconds. */
  readonly sealedAt: Date;
  /** The seal: DER of CMS SignedData. Empty while it is being made. */
  readonly seal: Uint8Array;
};

export type ComposedPdf = {
  readonly bytes: Uint8Array;
  /** What the seal covers: everything before and after its own place. */
  readonly covered: Uint8Array;
  /** Content streams of the pages. */
  readonly pages: readonly string[];
};

export const attachmentName = 'paper.xinlu.json';
/** Room for the seal, in bytes. */
export const sealRoom = 8192;
/** Object numbers; pages and structure follow. */
export const numbers = {
  attachment: 4,
  regular: 6,
  bold: 11,
  signature: 16,
  structure: 18,
  page: 21,
} as const;

/** What is printed for a file, and the characters that it takes; undefined if the file is no paper of a known type. */
export async function printOf(
  file: string,
  verifier: string,
  missing: ReadonlySet<number> = new Set(),
): Promise<{ paper: PrintedPaper; glyphs: Glyphs } | undefined> {
  const whole = await printedPaper(file, verifier);
  const paper = whole && withoutUndrawable(whole, missing);
  return paper && { paper, glyphs: glyphsOf(paper) };
}

/**
 * Writes the PDF of a paper: PDF 1.7, tagged, with the file attached and room for the seal. Deterministic to the byte, so
 * that a verifier writes it again from what it finds inside and compares: nothing can be drawn, hidden or appended that
 * does not follow from the attached file.
 */
export async function composePdf(parts: PdfParts): Promise<ComposedPdf | undefined> {
  const printed = await printOf(parts.file, parts.verifier, parts.missing);
  if (!printed) return undefined;
  const { paper, glyphs } = printed;
  const index = new Map<string, number>();
  for (const face of ['regular', 'bold'] as const) {
    for (const [at, char] of glyphs[face].entries()) {
      const width = parts.fonts[face].widths[at];
      if (width === undefined) return undefined;
      index.set(`${face}${char}`, width);
    }
  }
  const pages = layOut(paper, (face, char) => index.get(`${face}${char}`) ?? 0);
  const contents = pages.map((page) => contentOf(page, glyphs));
  return { ...assemble(parts, paper, pages, contents, glyphs), pages: contents };
}

function assemble(
  parts: PdfParts,
  paper: PrintedPaper,
  pages: readonly Page[],
  contents: readonly string[],
  glyphs: Glyphs,
): Omit<ComposedPdf, 'pages'> {
  const objects = [
    ...documentObjects(parts, paper, pages.length),
    ...fontObjects('regular', numbers.regular, parts.fonts.regular, glyphs.regular),
    ...fontObjects('bold', numbers.bold, parts.fonts.bold, glyphs.bold),
    ...signatureObjects(parts),
    ...structureObjects(pages),
    ...pageObjects(contents),
    ...elementObjects(pages),
  ];
  const chunks: Uint8Array[] = [concat(utf8('%PDF-1.7\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a))];
  const offsets: number[] = [];
  let length = chunks[0]?.length ?? 0;
  for (const [index, body] of objects.entries()) {
    offsets.push(length);
    const chunk = concat(utf8(`${index + 1} 0 obj\n`), body, utf8('\nendobj\n'));
    chunks.push(chunk);
    length += chunk.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  // The identifier of a file (ISO 32000-1, 14.4): of its content, which the fingerprint stands for.
  const id = hex(utf8(paper.fingerprint)).slice(0, 32);
  chunks.push(
    utf8(
      `xref\n0 ${count}\n0000000000 65535 f \n${table}trailer\n<< /Size ${count} /Root 1 0 R /Info 3 0 R /ID [<${id}> <${id}>] >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return sealed(concat(...chunks), offsets[numbers.signature - 1] ?? 0, parts.seal);
}

/** Writes the places that the seal covers, and the seal, into the room kept for them. */
function sealed(
  bytes: Uint8Array,
  from: number,
  seal: Uint8Array,
): { bytes: Uint8Array; covered: Uint8Array } {
  const ascii = new TextDecoder('latin1').decode(bytes.subarray(from, from + 400));
  const start = from + ascii.indexOf('/Contents <') + '/Contents '.length;
  const end = start + sealRoom * 2 + 2;
  const range = `0 ${start} ${end} ${bytes.length - end}`.padEnd(rangeRoom, ' ');
  bytes.set(utf8(range), from + ascii.indexOf('/ByteRange [') + '/ByteRange ['.length);
  bytes.set(utf8(hex(seal)), start + 1);
  return { bytes, covered: concat(bytes.subarray(0, start), bytes.subarray(end)) };
}

const rangeRoom = 40;

function documentObjects(parts: PdfParts, paper: PrintedPaper, count: number): Uint8Array[] {
  const file = utf8(parts.file);
  const kids = Array.from({ length: count }, (_, page) => `${numbers.page + page * 2} 0 R`).join(' ');
  const name = `(${attachmentName})`;
  return [
    utf8(
      `<< /Type /Catalog /Pages 2 0 R /Lang (zh-TW) /MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >> /StructTreeRoot ${numbers.structure} 0 R /AcroForm << /SigFlags 3 /Fields [${numbers.signature + 1} 0 R] >> /AF [5 0 R] /Names << /EmbeddedFiles << /Names [${name} 5 0 R] >> >> >>`,
    ),
    utf8(`<< /Type /Pages /Count ${count} /Kids [${kids}] >>`),
    utf8(
      `<< /Title ${unicode(paper.heading[0])} /Producer (Xinlu) /CreationDate (${pdfDate(parts.sealedAt)}) /XinluLayout 1 /XinluVerifier <${hex(utf8(parts.verifier))}> /XinluMissing [${[...parts.missing].sort((a, b) => a - b).join(' ')}] >>`,
    ),
    stream(
      `/Type /EmbeddedFile /Subtype /application#2Fjson /Params << /Size ${file.length} /ModDate (${pdfDate(parts.sealedAt)}) >>`,
      file,
    ),
    utf8(
      `<< /Type /Filespec /F ${name} /UF ${name} /AFRelationship /Source /Desc ${unicode('可查驗的原始檔')} /EF << /F ${numbers.attachment} 0 R /UF ${numbers.attachment} 0 R >> >>`,
    ),
  ];
}

/** A composite font over glyph numbers (ISO 32000-1, 9.7), and how its glyphs read as text. */
function fontObjects(
  face: Face,
  first: number,
  { widths, program, length }: EmbeddedFont,
  chars: readonly string[],
): Uint8Array[] {
  const name = face === 'bold' ? 'XINLUB+NotoSansTC-Bold' : 'XINLUR+NotoSansTC-Regular';
  return [
    utf8(
      `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${first + 1} 0 R] /ToUnicode ${first + 4} 0 R >>`,
    ),
    utf8(
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity /FontDescriptor ${first + 2} 0 R /DW 1000 /W [1 [${widths.join(' ')}]] >>`,
    ),
    utf8(
      `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [-1002 -1048 2928 1808] /ItalicAngle 0 /Ascent 1160 /Descent -288 /CapHeight 733 /StemV ${face === 'bold' ? 140 : 88} /FontFile2 ${first + 3} 0 R >>`,
    ),
    stream(`/Length1 ${length} /Filter /FlateDecode`, program),
    stream('', utf8(toUnicode(chars))),
  ];
}

/** A CMap from glyph numbers to text, at most a hundred entries a section (ISO 32000-1, 9.10.3). */
function toUnicode(chars: readonly string[]): string {
  const entries = chars.map(
    (char, index) => `<${(index + 1).toString(16).padStart(4, '0')}> <${utf16(char)}>`,
  );
  const sections: string[] = [];
  for (let start = 0; start < entries.length; start += 100) {
    const some = entries.slice(start, start + 100);
    sections.push(`${some.length} beginbfchar\n${some.join('\n')}\nendbfchar\n`);
  }
  return `/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n${sections.join('')}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n`;
}

function signatureObjects({ sealedAt }: PdfParts): Uint8Array[] {
  return [
    utf8(
      `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [${' '.repeat(rangeRoom)}] /M (${pdfDate(sealedAt)}) /Contents <${'0'.repeat(sealRoom * 2)}> >>`,
    ),
    utf8(
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V ${numbers.signature} 0 R /Rect [0 0 0 0] /F 132 /P ${numbers.page} 0 R >>`,
    ),
  ];
}

/** How many marked parts a page has: its blocks, and the QR code. */
function marksOf({ blocks, code }: Page): number {
  return blocks.length + (code ? 1 : 0);
}

function firstElement(pages: readonly Page[], page: number): number {
  const before = pages.slice(0, page).reduce((sum, one) => sum + marksOf(one), 0);
  return numbers.page + pages.length * 2 + before;
}

function structureObjects(pages: readonly Page[]): Uint8Array[] {
  const elements = pages.map((page, at) =>
    Array.from({ length: marksOf(page) }, (_, index) => `${firstElement(pages, at) + index} 0 R`),
  );
  const tree = elements.map((some, page) => `${page} [${some.join(' ')}]`).join(' ');
  return [
    utf8(
      `<< /Type /StructTreeRoot /K [${numbers.structure + 1} 0 R] /ParentTree ${numbers.structure + 2} 0 R /ParentTreeNextKey ${pages.length} >>`,
    ),
    utf8(
      `<< /Type /StructElem /S /Document /P ${numbers.structure} 0 R /K [${elements.flat().join(' ')}] >>`,
    ),
    utf8(`<< /Nums [${tree}] >>`),
  ];
}

function pageObjects(contents: readonly string[]): Uint8Array[] {
  return contents.flatMap((content, page) => {
    const annotations = page === 0 ? ` /Annots [${numbers.signature + 1} 0 R]` : '';
    return [
      utf8(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageSize.width} ${pageSize.height}] /Resources << /Font << /R ${numbers.regular} 0 R /B ${numbers.bold} 0 R >> >> /Contents ${numbers.page + page * 2 + 1} 0 R /StructParents ${page} /Tabs /S${annotations} >>`,
      ),
      stream('', utf8(content)),
    ];
  });
}

function elementObjects(pages: readonly Page[]): Uint8Array[] {
  return pages.flatMap((page, at) => {
    const element = (role: string, mark: number, more = '') =>
      utf8(
        `<< /Type /StructElem /S /${role} /P ${numbers.structure + 1} 0 R /Pg ${numbers.page + at * 2} 0 R /K ${mark}${more} >>`,
      );
    const blocks = page.blocks.map(({ role }, mark) => element(role, mark));
    const alternative = ` /Alt ${unicode('查驗用的 QR Code')}`;
    return page.code ? [...blocks, element('Figure', page.blocks.length, alternative)] : blocks;
  });
}

function stream(entries: string, content: Uint8Array): Uint8Array {
  const head = `<< ${entries === '' ? '' : `${entries} `}/Length ${content.length} >>\nstream\n`;
  return concat(utf8(head), content, utf8('\nendstream'));
}

/** A text string in UTF-16 with its mark (ISO 32000-1, 7.9.2.2). */
function unicode(text: string): string {
  return `<feff${[...text].map(utf16).join('')}>`;
}

function utf16(char: string): string {
  return char
    .split('')
    .map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('');
}

/** D:20261121040000Z */
export function pdfDate(at: Date): string {
  return `D:${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
