import { readFile } from 'node:fs/promises';

/** The octets of a file in DER, or of the first block of a file in PEM. */
export async function readDerOrPem(file: string): Promise<Uint8Array> {
  const octets = await readFile(file);
  if (!octets.subarray(0, 64).includes('-----BEGIN')) return octets;
  const block = /-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(octets.toString('latin1'))?.[1];
  return block === undefined ? octets : Buffer.from(block, 'base64');
}

/** What cannot be shown on one line is shown escaped, so that a certificate cannot draw on the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
