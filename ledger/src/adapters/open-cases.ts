import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';
import type { Database } from '@xinlu/common/sql';
import type { CaseDeps } from '../domain/cases/act.ts';
import { landCases } from '../domain/cases/land-cases.ts';
import { casesInPostgres } from './cases-postgres.ts';
import { chainProvider } from './chain-ethers.ts';
import { titleRegisterOverEthers } from './title-register-ethers.ts';
import { readTitlesFile } from './titles-file.ts';

type Settings = {
  readonly CHAIN_RPC_URL: string;
  readonly CHAIN_ID: number;
  readonly TITLES_FILE: string | undefined;
  readonly TITLES_KEY_FILE: string | undefined;
};

/** Cases over the title register that the configuration names; undefined if it names none. */
export async function openCases(
  config: Settings,
  database: Database,
): Promise<(Omit<CaseDeps, 'isDeed'> & { close(): void }) | undefined> {
  if (config.TITLES_FILE === undefined) return undefined;
  if (config.TITLES_KEY_FILE === undefined)
    throw fatal('titles-key-missing', 'TITLES_FILE needs TITLES_KEY_FILE.');
  const { contract, deployedBlock, chainId } = await readTitlesFile(config.TITLES_FILE);
  if (chainId !== config.CHAIN_ID) throw fatal('chain-mismatch', 'TITLES_FILE is of another chain.');
  const provider = chainProvider(config.CHAIN_RPC_URL, chainId);
  const privateKey = (await readFile(config.TITLES_KEY_FILE, 'utf8')).trim();
  const types = landCases;
  return {
    types,
    store: casesInPostgres(database, (name) => types.get(name) ?? { documents: [], days: {} }),
    register: titleRegisterOverEthers({ provider, chainId, contract, deployedBlock, privateKey }),
    close: () => provider.destroy(),
  };
}
