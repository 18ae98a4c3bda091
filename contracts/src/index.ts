import { readFileSync } from 'node:fs';

export * from './title-messages.ts';

/** One function, event, error or constructor of a contract's ABI, as the Solidity compiler describes it. */
export type AbiItem = { readonly type: string; readonly name?: string; readonly [key: string]: unknown };

/** A compiled contract: what is needed to deploy it and to call it. */
export type ContractArtifact = {
  readonly contractName: string;
  readonly abi: readonly AbiItem[];
  /** Creation code as 0x hex. */
  readonly bytecode: `0x${string}`;
  /** Runtime code as 0x hex, with zeros where immutables are written at deployment. */
  readonly deployedBytecode: `0x${string}`;
};

const built = {
  CheckpointAnchor: 'solidity/CheckpointAnchor.sol/CheckpointAnchor.json',
  TitleRegister: 'solidity/land/TitleRegister.sol/TitleRegister.json',
  ERC7913P256Verifier:
    '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol/ERC7913P256Verifier.json',
  ERC7913WebAuthnVerifier:
    '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol/ERC7913WebAuthnVerifier.json',
  AccessManager: '@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json',
} as const;

export type ContractName = keyof typeof built;

/**
 * Reads a compiled contract from the build's output.
 *
 * @throws Error with `code` `contracts.not_built` if the contracts were not built (`scripts/build.ts`).
 */
export function readContract(name: ContractName): ContractArtifact {
  const file = new URL(`../artifacts/${built[name]}`, import.meta.url);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ContractArtifact;
  } catch (cause) {
    throw Object.assign(
      new Error(`contract ${name} is not built: run scripts/build.ts in contracts/`, { cause }),
      {
        code: 'contracts.not_built',
      },
    );
  }
}
