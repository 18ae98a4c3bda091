import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// The compiler comes from npm with everything else: a build needs no network.
const compiler = {
  version: '0.8.37',
  path: createRequire(import.meta.url).resolve('solc/soljson.js'),
  settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 10_000 } },
};

export default defineConfig({
  paths: { sources: './solidity', artifacts: './artifacts', cache: './cache' },
  solidity: {
    profiles: { default: compiler, production: compiler },
    npmFilesToBuild: ['@openzeppelin/contracts/access/manager/AccessManager.sol'],
  },
});
