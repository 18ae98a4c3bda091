import { sign } from 'node:crypto';
import { refused } from '@xinlu/common/errors';
import {
  type Certificates,
  composePdf,
  composeSeal,
  type PdfParts,
  partsOf,
  printOf,
  sealAttributes,
} from '@xinlu/verifier';
import { canDraw, subsetFont } from './pdf-fonts.ts';

/** What an office seals its papers with: a P-256 key that the register knows as its own, certified by the government PKI. */
export type OfficeSeal = {
  /** DER; the office's own first, then those that lead to the root. */
  readonly certificates: Certificates;
  /** DER of an ECDSA signature with SHA-256 over these octets; a key on a card or in a module can stand behind it. */
  readonly sign: (octets: Uint8Array) => Promise<Uint8Array> | Uint8Array;
};

/** A seal by a key at hand. */
export function sealWith(privateKey: Parameters<typeof sign>[2], certificates: Certificates): OfficeSeal {
  return { certificates, sign: (octets) => new Uint8Array(sign('sha256', octets, privateKey)) };
}

/**
 * Prints a paper: the PDF with the file attached, sealed by the office (PAdES B-B). Refusal `paper-not-printable` (422) for a
 * file that is no paper of a type in the table, or that carries a holder's proof.
 *
 * @param file text of the `*.xinlu.json`
 * @param verifier address of the page where anybody can check it
 */
export async function printPaper(
  file: string,
  { verifier, seal, at }: { verifier: string; seal: OfficeSeal; at: Date },
): Promise<Uint8Array> {
  const missing = await undrawable(file, verifier);
  const printed = await printOf(file, verifier, missing);
  if (!printed) throw notPrintable();
  const { regular, bold } = printed.glyphs;
  const fonts = { regular: await subsetFont('regular', regular), bold: await subsetFont('bold', bold) };
  const sealedAt = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const parts: PdfParts = { file, verifier, fonts, missing, sealedAt, seal: new Uint8Array() };
  const draft = await composePdf(parts);
  if (!draft) throw notPrintable();
  const signature = await seal.sign(sealAttributes(draft.covered, seal.certificates));
  const whole = await composePdf({
    ...parts,
    seal: composeSeal(draft.covered, seal.certificates, signature),
  });
  if (!whole) throw notPrintable();
  return whole.bytes;
}

/** What of the paper neither face can draw. */
async function undrawable(file: string, verifier: string): Promise<ReadonlySet<number>> {
  const printed = partsOf(file) && (await printOf(file, verifier));
  if (!printed) throw notPrintable();
  const { regular, bold } = printed.glyphs;
  const points = [...new Set([...regular, ...bold])].map((char) => char.codePointAt(0) ?? 0);
  const drawn = await Promise.all(points.map(canDraw));
  return new Set(points.filter((_, index) => !drawn[index]));
}

function notPrintable() {
  return refused('paper-not-printable', 'This file cannot be printed.', { status: 422 });
}
