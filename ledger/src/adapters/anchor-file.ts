import { readFile, rename, writeFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';

/** Where the log's anchor contract stands; written by `deploy-anchor`. */
export type AnchorFile = {
  readonly chainId: number;
  readonly contract: string;
  /** The AccessManager that says who may anchor. */
  readonly manager: string;
  readonly deployedBlock: number;
  /** RFC 3339 */
  readonly deployedAt: string;
};

/** Undefined if nothing was deployed yet. */
export async function readAnchorFile(file: string): Promise<AnchorFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const value = JSON.parse(text) as Partial<AnchorFile>;
  const addresses = [value.contract, value.manager].every((a) => /^0x[0-9a-fA-F]{40}$/.test(String(a)));
  if (!addresses || !Number.isSafeInteger(value.chainId) || !Number.isSafeInteger(value.deployedBlock)) {
    throw fatal('anchor-file-malformed', 'ANCHOR_FILE does not name a contract.');
  }
  return value as AnchorFile;
}

/** Replaces the file in one step. */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, text, { mode: 0o644, flush: true });
  await rename(temporary, file);
}
