import { systemClock } from '@xinlu/common/clock';
import { runService } from '@xinlu/common/service';
import { deployAnchor } from './commands/deploy-anchor.ts';
import { readDeployConfig, readLedgerConfig } from './config.ts';
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
});
