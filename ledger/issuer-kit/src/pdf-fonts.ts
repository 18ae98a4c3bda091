import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import type { EmbeddedFont, Face } from '@xinlu/verifier';
import * as fontkit from 'fontkit';

const files: Record<Face, string> = {
  regular: '@expo-google-fonts/noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans-tc/700Bold/NotoSansTC_700Bold.ttf',
};

const opened: Partial<Record<Face, Promise<fontkit.Font>>> = {};

/** Noto Sans TC, read once: it holds the characters of names and places but the rarest. */
function openFont(face: Face): Promise<fontkit.Font> {
  const opening =
    opened[face] ??
    readFile(fileURLToPath(import.meta.resolve(files[face]))).then((bytes) => {
      const font = fontkit.create(bytes);
      if ('fonts' in font) throw new Error('a collection is not a font');
      return font;
    });
  opened[face] = opening;
  return opening;
}

/** Whether both faces can draw a character. */
export async function canDraw(codePoint: number): Promise<boolean> {
  const fonts = await Promise.all([openFont('regular'), openFont('bold')]);
  return fonts.every((font) => font.hasGlyphForCodePoint(codePoint));
}

/** The part of a font that draws these characters, its glyphs in their order. */
export async function subsetFont(face: Face, chars: readonly string[]): Promise<EmbeddedFont> {
  const font = await openFont(face);
  const subset = font.createSubset() as unknown as { glyphs: number[]; encode(): Uint8Array };
  const glyphs = chars.map((char) => font.glyphForCodePoint(char.codePointAt(0) ?? 0));
  // Each character gets a glyph of its own, also where two share one in the font, so that numbers tell the text.
  subset.glyphs.push(...glyphs.map(({ id }) => id));
  const program = subset.encode();
  return {
    widths: glyphs.map(({ advanceWidth }) => Math.round((advanceWidth * 1000) / font.unitsPerEm)),
    program: new Uint8Array(deflateSync(program, { level: 9 })),
    length: program.length,
  };
}
