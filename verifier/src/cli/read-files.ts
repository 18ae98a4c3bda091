import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { longestFile } from '../file/xinlu-file.ts';
import { longestPdf } from '../pdf/read-pdf.ts';

/** @throws Error in words for the caller, if the file cannot be read or is far too long */
export async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(file, longestFile));
}

/** A paper in either form, a PDF or a text. */
export function readPaper(file: string): Promise<Uint8Array> {
  return readBytes(file, longestPdf);
}

async function readBytes(file: string, longest: number): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size > longest) throw new Error('too large');
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new Error(`無法讀取檔案 / cannot read the file: ${file}`, { cause });
  }
}

/** Roots come only from here. The default list may be absent; a list that was asked for may not. */
export async function readTrust(given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return readText(given);
  const usual = join(process.env['XINLU_DATA'] ?? '.data', 'trust.json');
  return readFile(usual, 'utf8').catch(() => undefined);
}
