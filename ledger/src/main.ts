import { systemClock } from '@xinlu/common/clock';
import { runService } from '@xinlu/common/service';
import { deployAnchor } from './commands/deploy-anchor.ts';
import { deployTitles } from './commands/deploy-titles.ts';
import { readDeployConfig, readDeployTitlesConfig, readLedgerConfig } from './config.ts';
import { serve } from './serve.ts';

await runService('ledger', {
  serve: ({ log, args }) => serve(readLedgerConfig(process.env), log, args.includes('--migrate')),
  'deploy-anchor': async ({ log }) => {
    const config = readDeployConfig(process.env);
    await deployAnchor({
      rpcUrl: config.CHAIN_RPC_URL,
      chainId: config.CHAIN_ID,
      keyFile: config.ANCHOR_KEY_FILE,
      anchorFile: config.ANCHOR_FILE,
      origin: config.LOG_ORIGIN,
      admin: config.ANCHOR_ADMIN,
      guardian: config.ANCHOR_GUARDIAN,
      clock: systemClock,
      log,
    });
    return undefined;
  },
  'deploy-titles': async ({ log }) => {
    const config = readDeployTitlesConfig(process.env);
    await deployTitles({
      rpcUrl: config.CHAIN_RPC_URL,
      chainId: config.CHAIN_ID,
      keyFile: config.TITLES_KEY_FILE,
      titlesFile: config.TITLES_FILE,
      officersFile: config.TITLE_OFFICERS_FILE,
      admin: config.TITLES_ADMIN,
      predecessor: config.TITLES_PREDECESSOR,
      log,
    });
    return undefined;
  },
});
