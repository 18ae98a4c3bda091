import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// The compiler comes from npm with everything else: a build needs no network.
const compiler = {
  version: '0.8.37',
  path: createRequire(import.meta.url).resolve('solc/soljson.js'),
  settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 10_000 } },
};

const profile = {
  compilers: [compiler],
  // Compiled as it is, it would be above the size that a contract may have (EIP-170).
  overrides: {
    'solidity/land/TitleRegister.sol': { ...compiler, settings: { ...compiler.settings, viaIR: true } },
  },
};

export default defineConfig({
  paths: { sources: './solidity', artifacts: './artifacts', cache: './cache' },
  solidity: {
    profiles: { default: profile, production: profile },
    npmFilesToBuild: [
      '@openzeppelin/contracts/access/manager/AccessManager.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol',
    ],
  },
});
