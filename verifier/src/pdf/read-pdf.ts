import { equalBytes, utf8Text } from '../encoding/bytes.ts';
import { composePdf, type EmbeddedFont, numbers, type PdfParts, printOf, sealRoom } from './compose-pdf.ts';

/** Papers as PDF beyond this size are refused before they are read. */
export const longestPdf = 16 * 1024 * 1024;

export function isPdf(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-';
}

/** What was found in a PDF; nothing of it is verified but what `drawn` says. */
export type UnverifiedPdf = {
  /** Text of the attached file. */
  readonly file: string;
  /**
   * Whether the PDF is, to the byte, what its own attachment makes: `same`; `text-differs` if its pages are not;
   * `altered` if anything else is not.
   */
  readonly drawn: 'same' | 'text-differs' | 'altered';
  readonly seal: Uint8Array;
  readonly sealedAt: Date;
  /** What the seal must be over. */
  readonly covered: Uint8Array;
};

/**
 * Reads a paper's PDF. It is not parsed as PDF: its variable parts are looked up where the one layout has them, the whole is
 * composed again from these, and what is not the same to the byte is not such a PDF. A hostile file can at most be refused.
 *
 * @returns `foreign` if it is no PDF of this layout at all, `empty` if it has no paper attached
 */
export async function readPdf(bytes: Uint8Array): Promise<UnverifiedPdf | 'foreign' | 'empty'> {
  if (bytes.length > longestPdf) return 'foreign';
  const text = asciiOf(bytes);
  if (!text.includes('.xinlu.json')) return 'empty';
  const parts = findParts(bytes, text);
  if (!parts || !(await printOf(parts.file, parts.verifier))) return 'foreign';
  const { file, seal, sealedAt } = parts;
  const expected = await composePdf(parts);
  // The fonts inside lack a character that the attached file is printed with.
  if (!expected) return { file, seal, sealedAt, covered: new Uint8Array(), drawn: 'text-differs' };
  const found = { file, seal, sealedAt, covered: expected.covered };
  if (equalBytes(bytes, expected.bytes)) return { ...found, drawn: 'same' };
  return { ...found, drawn: hasPages(bytes, text, expected.pages) ? 'altered' : 'text-differs' };
}

/** One character a byte, so that places in the text are places in the bytes. */
function asciiOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function findParts(bytes: Uint8Array, text: string): PdfParts | undefined {
  const attachment = streamOf(bytes, text, numbers.attachment);
  const info = objectOf(text, 3);
  const verifier = fromHex(/\/XinluVerifier <([0-9a-f]{0,4096})>/.exec(info)?.[1]);
  const missing = /\/XinluMissing \[([0-9 ]{0,4096})\]/.exec(info)?.[1];
  const regular = findFont(bytes, text, numbers.regular);
  const bold = findFont(bytes, text, numbers.bold);
  const signature = objectOf(text, numbers.signature);
  const sealedAt = readDate(/\/M \(D:(\d{14})Z\)/.exec(signature)?.[1]);
  const seal = sealIn(/\/Contents <([0-9a-f]*)>/.exec(signature)?.[1]);
  if (!attachment || !verifier || missing === undefined || !regular || !bold || !sealedAt || !seal)
    return undefined;
  try {
    return {
      file: utf8Text(attachment),
      verifier: utf8Text(verifier),
      fonts: { regular, bold },
      missing: new Set(missing.split(' ').filter(Boolean).map(Number)),
      sealedAt,
      seal,
    };
  } catch {
    return undefined;
  }
}

/** From the head of an object to the next; the first of that number counts. */
function objectOf(text: string, number: number): string {
  const start = text.indexOf(`\n${number} 0 obj\n`);
  const end = start < 0 ? -1 : text.indexOf('\nendobj\n', start);
  return end < 0 ? '' : text.slice(start, end);
}

function streamOf(bytes: Uint8Array, text: string, number: number): Uint8Array | undefined {
  const start = text.indexOf(`\n${number} 0 obj\n`);
  const head = start < 0 ? -1 : text.indexOf('stream\n', start);
  if (head < 0 || head - start > 2000) return undefined;
  const length = Number(/\/Length (\d{1,9}) >>\n$/.exec(text.slice(start, head))?.[1] ?? Number.NaN);
  const from = head + 'stream\n'.length;
  return from + length <= bytes.length ? bytes.subarray(from, from + length) : undefined;
}

function findFont(bytes: Uint8Array, text: string, first: number): EmbeddedFont | undefined {
  const widths = /\/W \[1 \[([0-9 ]{0,200000})\]\]/.exec(objectOf(text, first + 1))?.[1];
  const length = /\/Length1 (\d{1,9}) /.exec(objectOf(text, first + 3).slice(0, 200))?.[1];
  const program = streamOf(bytes, text, first + 3);
  if (widths === undefined || length === undefined || !program) return undefined;
  return { widths: widths.split(' ').filter(Boolean).map(Number), program, length: Number(length) };
}

/** A seal is DER, so its own length says where it ends in the room kept for it. */
function sealIn(hexText: string | undefined): Uint8Array | undefined {
  const room = hexText?.length === sealRoom * 2 ? fromHex(hexText) : undefined;
  if (!room) return undefined;
  if (room[0] !== 0x30 || room[1] !== 0x82) return new Uint8Array();
  const length = 4 + (room[2] ?? 0) * 256 + (room[3] ?? 0);
  return room.subarray(0, Math.min(length, room.length));
}

function readDate(digits: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits ?? '')?.slice(1);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fromHex(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text.length % 2 !== 0) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

/** Whether the pages draw exactly this, and there are no more of them. */
function hasPages(bytes: Uint8Array, text: string, pages: readonly string[]): boolean {
  const drawn = pages.every((page, index) => {
    const content = streamOf(bytes, text, numbers.page + index * 2 + 1);
    return content !== undefined && asciiOf(content) === page;
  });
  return drawn && (text.match(/\/Type \/Page /g) ?? []).length === pages.length;
}
