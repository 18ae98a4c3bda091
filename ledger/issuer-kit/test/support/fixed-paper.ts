import { composeFile, composePdf, type PaperName, paperTypes, printOf } from '@xinlu/verifier';
import { samples } from './samples.ts';

const verifier = 'https://verify.example.tw/';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A file that is always the same; nobody signed it, which its layout does not depend on. */
function fixedFile(name: PaperName): string {
  const claims = { iss: 'land-office', iat: 1795233600, vct: paperTypes[name].vct, ...samples[name] };
  const document = `${encoded({ alg: 'ES256', typ: 'dc+sd-jwt', kid: 'k' })}.${encoded(claims)}.AAAA~`;
  return composeFile({ kind: 'credential', document, salt: new Uint8Array(32) });
}

/** Widths and programs that depend on no font. */
export async function pdfOf(name: PaperName): Promise<Uint8Array> {
  const file = fixedFile(name);
  const printed = await printOf(file, verifier);
  const font = (chars: readonly string[] = []) => ({
    widths: chars.map((char) => (char < '\u0250' ? 550 : 1000)),
    program: Uint8Array.of(1, 2, 3),
    length: 3,
  });
  const fonts = { regular: font(printed?.glyphs.regular), bold: font(printed?.glyphs.bold) };
  const sealedAt = new Date('2026-11-21T04:00:00Z');
  const parts = { file, verifier, fonts, missing: new Set<number>(), sealedAt, seal: new Uint8Array() };
  return (await composePdf(parts))?.bytes ?? new Uint8Array();
}
