import { readFile } from 'node:fs/promises';
import type { Clock } from '@xinlu/common/clock';
import { fatal } from '@xinlu/common/errors';
import type { Logger } from '@xinlu/common/log';
import { type ContractName, readContract } from '@xinlu/contracts';
import { Contract, ContractFactory, type JsonRpcProvider, Wallet } from 'ethers';
import { type AnchorFile, readAnchorFile, writeFileAtomically } from '../adapters/anchor-file.ts';
import { chainProvider, logIdOf, receiptOf } from '../adapters/chain-ethers.ts';

const anchorerRole = 1n;

/**
 * Seconds from granting the anchorer's role to its taking effect, for every grant after the first: whoever gets hold
 * of the admin key cannot appoint an anchorer unseen.
 */
const grantDelaySeconds = 7 * 24 * 3600;

export type DeployOptions = {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly keyFile: string;
  readonly anchorFile: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Deploys the anchor contract with its AccessManager, unless the contract named by the file is on the chain.
 * The file is written last: a run that was cut short deploys anew, and the unfinished contract is never used.
 */
export async function deployAnchor(options: DeployOptions): Promise<AnchorFile> {
  const { rpcUrl, chainId, anchorFile, origin, clock, log } = options;
  const provider = chainProvider(rpcUrl, chainId);
  try {
    const answered = Number(await provider.send('eth_chainId', []));
    if (answered !== chainId)
      throw fatal('chain-mismatch', `Chain ${answered} answers in place of ${chainId}.`);
    const standing = await readAnchorFile(anchorFile);
    if (standing?.chainId === chainId && (await isOurs(provider, standing.contract, origin))) return standing;
    const key = (await readFile(options.keyFile, 'utf8')).trim();
    const file = await deploy(provider, new Wallet(key, provider), origin, { chainId, clock });
    await writeFileAtomically(anchorFile, `${JSON.stringify(file, null, 2)}\n`);
    log.info({ contract: file.contract, chainId }, 'anchor-deployed');
    return file;
  } finally {
    provider.destroy();
  }
}

async function isOurs(provider: JsonRpcProvider, contract: string, origin: string): Promise<boolean> {
  if ((await provider.getCode(contract)) === '0x') return false;
  const anchor = new Contract(contract, [...readContract('CheckpointAnchor').abi] as never, provider);
  return (await anchor.getFunction('LOG_ID')()) === logIdOf(origin);
}

async function deploy(
  provider: JsonRpcProvider,
  wallet: Wallet,
  origin: string,
  { chainId, clock }: { chainId: number; clock: Clock },
): Promise<AnchorFile> {
  // What hangs from an earlier run is replaced, so the nonces count from the last block.
  let nonce = await provider.getTransactionCount(wallet.address, 'latest');
  async function create(name: ContractName, ...args: unknown[]) {
    const { abi, bytecode } = readContract(name);
    const factory = new ContractFactory([...abi] as never, bytecode, wallet);
    const contract = (await factory.deploy(...args, { nonce: nonce++ })) as Contract;
    const sent = contract.deploymentTransaction();
    if (!sent) throw fatal('chain-transaction-failed', 'A contract was not created.');
    return { contract, address: await contract.getAddress(), receipt: await receiptOf(sent) };
  }
  const manager = await create('AccessManager', wallet.address);
  const anchor = await create('CheckpointAnchor', manager.address, logIdOf(origin));
  const selector = anchor.contract.getFunction('anchor').fragment.selector;
  const calls: [string, unknown[]][] = [
    ['setTargetFunctionRole', [anchor.address, [selector], anchorerRole]],
    ['grantRole', [anchorerRole, wallet.address, 0]],
    ['setGrantDelay', [anchorerRole, grantDelaySeconds]],
  ];
  for (const [name, args] of calls) {
    await receiptOf(await manager.contract.getFunction(name)(...args, { nonce: nonce++ }));
  }
  return {
    chainId,
    contract: anchor.address,
    manager: manager.address,
    deployedBlock: anchor.receipt.blockNumber,
    deployedAt: clock.now().toISOString(),
  };
}
