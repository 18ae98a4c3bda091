import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { longestFile } from '../file/xinlu-file.ts';

/** @throws Error in words for the caller, if the file cannot be read or is far too long */
export async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > longestFile) throw new Error('too large');
    return await readFile(file, 'utf8');
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
