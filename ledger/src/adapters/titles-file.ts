import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';

/** Where the title register stands; written by `deploy-titles`. */
export type TitlesFile = {
  readonly chainId: number;
  readonly contract: string;
  /** The AccessManager through which officers change. */
  readonly manager: string;
  /** OpenZeppelin's ERC-7913 verifiers, by which keys of cards and passkeys are named. */
  readonly verifiers: { readonly p256: string; readonly webAuthn: string };
  readonly deployedBlock: number;
};

/** @throws AppError `titles-file-malformed` (fatal) */
export async function readTitlesFile(file: string): Promise<TitlesFile> {
  const value = JSON.parse(await readFile(file, 'utf8')) as Partial<TitlesFile>;
  const addresses = [value.contract, value.manager, value.verifiers?.p256, value.verifiers?.webAuthn];
  const areAddresses = addresses.every((address) => /^0x[0-9a-fA-F]{40}$/.test(String(address)));
  if (!areAddresses || !Number.isSafeInteger(value.chainId) || !Number.isSafeInteger(value.deployedBlock)) {
    throw fatal('titles-file-malformed', 'TITLES_FILE does not name a title register.');
  }
  return value as TitlesFile;
}
