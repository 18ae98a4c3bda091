import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';
import type { Logger } from '@xinlu/common/log';
import { parser } from '@xinlu/common/wire';
import { type ContractName, officerRoles, readContract } from '@xinlu/contracts';
import { type Contract, ContractFactory, Wallet, ZeroAddress } from 'ethers';
import { Type } from 'typebox';
import { writeFileAtomically } from '../adapters/anchor-file.ts';
import { chainProvider, receiptOf } from '../adapters/chain-ethers.ts';
import type { TitlesFile } from '../adapters/titles-file.ts';

const Role = Type.Union(
  Object.keys(officerRoles).map((role) => Type.Literal(role as keyof typeof officerRoles)),
);
const Officers = parser(
  Type.Array(
    Type.Object(
      {
        /** An address, left-padded to 32 bytes, or keccak256 of an ERC-7913 signer. */
        key: Type.String({ pattern: '^0x[0-9a-f]{64}$' }),
        roles: Type.Array(Role, { minItems: 1, uniqueItems: true }),
      },
      { additionalProperties: false },
    ),
    { minItems: 4 },
  ),
  'officers-malformed',
  'TITLE_OFFICERS_FILE',
);

/** Seconds between saying that an officer changes and its taking effect. */
const delaySeconds = 7 * 24 * 3600;
const governorRole = 1n;

export type DeployTitles = {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly keyFile: string;
  readonly titlesFile: string;
  /** JSON list of `{ key, roles }`: two registrars and two governors at least. */
  readonly officersFile: string;
  /** Address that may send appointments and the hand-over to the register, and change the manager's roles. */
  readonly admin: string;
  /** Register whose titles the new one takes over. */
  readonly predecessor?: string | undefined;
  readonly log: Logger;
};

/**
 * Deploys a title register, its AccessManager and the verifiers of other keys. The file is written last, so a run cut
 * short leaves no register in use; where the file stands, nothing is deployed.
 */
export async function deployTitles(options: DeployTitles): Promise<void> {
  if (existsSync(options.titlesFile)) {
    options.log.info('titles-stand');
    return;
  }
  const officers = Officers.parse(JSON.parse(await readFile(options.officersFile, 'utf8')));
  const provider = chainProvider(options.rpcUrl, options.chainId);
  try {
    const answered = Number(await provider.send('eth_chainId', []));
    if (answered !== options.chainId)
      throw fatal('chain-mismatch', `Chain ${answered} answers in place of ${options.chainId}.`);
    const wallet = new Wallet((await readFile(options.keyFile, 'utf8')).trim(), provider);
    const file = await deploy(wallet, options, officers);
    await writeFileAtomically(options.titlesFile, `${JSON.stringify(file, null, 2)}\n`);
    options.log.info({ contract: file.contract }, 'titles-deployed');
  } finally {
    provider.destroy();
  }
}

async function deploy(
  wallet: Wallet,
  { chainId, admin, predecessor = ZeroAddress }: DeployTitles,
  officers: readonly { key: string; roles: readonly (keyof typeof officerRoles)[] }[],
): Promise<TitlesFile> {
  let nonce = (await wallet.provider?.getTransactionCount(wallet.address, 'latest')) ?? 0;
  async function create(name: ContractName, ...args: unknown[]) {
    const { abi, bytecode } = readContract(name);
    const contract = await new ContractFactory([...abi] as never, bytecode, wallet).deploy(...args, {
      nonce: nonce++,
    });
    const sent = contract.deploymentTransaction();
    if (!sent) throw fatal('chain-transaction-failed', 'A contract was not created.');
    const { blockNumber } = await receiptOf(sent);
    return { contract: contract as Contract, address: await contract.getAddress(), blockNumber };
  }
  const seats = officers.map(({ key, roles }) => [
    key,
    roles.reduce((bits, role) => bits | officerRoles[role], 0),
  ]);
  const p256 = await create('ERC7913P256Verifier');
  const webAuthn = await create('ERC7913WebAuthnVerifier');
  const manager = await create('AccessManager', wallet.address);
  const register = await create('TitleRegister', manager.address, seats, predecessor);
  const selectors = ['appoint', 'handOver'].map(
    (name) => register.contract.getFunction(name).fragment.selector,
  );
  const calls: [string, unknown[]][] = [
    ['setTargetFunctionRole', [register.address, selectors, governorRole]],
    ['grantRole', [governorRole, admin, delaySeconds]],
    // Last, for from here on the admin waits, and the sender has no say.
    ['grantRole', [0n, admin, delaySeconds]],
    ...(admin.toLowerCase() === wallet.address.toLowerCase()
      ? []
      : ([['renounceRole', [0n, wallet.address]]] satisfies [string, unknown[]][])),
  ];
  for (const [name, args] of calls) {
    await receiptOf(await manager.contract.getFunction(name)(...args, { nonce: nonce++ }));
  }
  return {
    chainId,
    contract: register.address,
    manager: manager.address,
    verifiers: { p256: p256.address, webAuthn: webAuthn.address },
    deployedBlock: register.blockNumber,
  };
}
