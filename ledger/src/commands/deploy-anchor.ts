import { readFile } from 'node:fs/promises';
import type { Clock } from '@xinlu/common/clock';
import { fatal } from '@xinlu/common/errors';
import type { Logger } from '@xinlu/common/log';
import { type ContractName, readContract } from '@xinlu/contracts';
import { Contract, ContractFactory, isError, type JsonRpcProvider, Wallet } from 'ethers';
import { type AnchorFile, readAnchorFile, writeFileAtomically } from '../adapters/anchor-file.ts';
import { chainProvider, logIdOf, receiptOf } from '../adapters/chain-ethers.ts';

const adminRole = 0n;
/** May dismiss an anchorer, pause and unpause, at once: none of it adds anybody or unmakes anything. */
const guardianRole = 1n;
const guardianFunctions = ['dismiss', 'pause', 'unpause'];

/**
 * Seconds between the admin's scheduling a change and its taking effect, for appointing an anchorer as for every change
 * of the manager itself: whoever gets hold of the admin key can do nothing unseen.
 */
const adminDelaySeconds = 7 * 24 * 3600;

export type DeployOptions = {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly keyFile: string;
  readonly anchorFile: string;
  readonly origin: string;
  /** Addresses of the two offices; the sender holds whichever is not given. */
  readonly admin?: string | undefined;
  readonly guardian?: string | undefined;
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
    if (standing?.chainId === chainId && (await isOurs(provider, standing.contract, origin))) {
      // It serves on: what it anchored stays where it is, at that contract's price for each anchor.
      if (!(await isNewest(provider, standing.contract))) log.info(standing, 'anchor-of-earlier-version');
      return standing;
    }
    const key = (await readFile(options.keyFile, 'utf8')).trim();
    const wallet = new Wallet(key, provider);
    const { admin = wallet.address, guardian = wallet.address } = options;
    const file = await deploy(wallet, { origin, chainId, clock, admin, guardian });
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

/** Contracts of before kept a root for each size and asked their manager at each anchor. */
async function isNewest(provider: JsonRpcProvider, contract: string): Promise<boolean> {
  const anchor = new Contract(contract, [...readContract('CheckpointAnchor').abi] as never, provider);
  return anchor
    .getFunction('latestRoot')()
    .then(
      () => true,
      (error) => (isError(error, 'CALL_EXCEPTION') ? false : Promise.reject(error)),
    );
}

type Offices = { origin: string; chainId: number; clock: Clock; admin: string; guardian: string };

async function deploy(
  wallet: Wallet,
  { origin, chainId, clock, admin, guardian }: Offices,
): Promise<AnchorFile> {
  // What hangs from an earlier run is replaced, so the nonces count from the last block.
  let nonce = (await wallet.provider?.getTransactionCount(wallet.address, 'latest')) ?? 0;
  async function create(name: ContractName, ...args: unknown[]) {
    const { abi, bytecode } = readContract(name);
    const factory = new ContractFactory([...abi] as never, bytecode, wallet);
    const contract = (await factory.deploy(...args, { nonce: nonce++ })) as Contract;
    const sent = contract.deploymentTransaction();
    if (!sent) throw fatal('chain-transaction-failed', 'A contract was not created.');
    return { contract, address: await contract.getAddress(), receipt: await receiptOf(sent) };
  }
  const manager = await create('AccessManager', wallet.address);
  const anchor = await create('CheckpointAnchor', manager.address, logIdOf(origin), wallet.address);
  const selectors = guardianFunctions.map((name) => anchor.contract.getFunction(name).fragment.selector);
  const calls: [string, unknown[]][] = [
    ['setTargetFunctionRole', [anchor.address, selectors, guardianRole]],
    ['grantRole', [guardianRole, guardian, 0]],
    // Last, for from here on the admin waits.
    ['grantRole', [adminRole, admin, adminDelaySeconds]],
  ];
  if (admin.toLowerCase() !== wallet.address.toLowerCase()) {
    calls.push(['renounceRole', [adminRole, wallet.address]]);
  }
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
