import { runReleases } from '../../consent/test/support/release-run.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** `XINLU_SOAK_KILLS` sets another number of kills a round, `XINLU_SOAK_SEED` another first seed. */
const kills = Number(process.env['XINLU_SOAK_KILLS'] ?? 30);
const firstSeed = Number(process.env['XINLU_SOAK_SEED'] ?? Math.floor(Math.random() * 1e6));
const ROUNDS = 2;

export const soaks = [
  {
    name: 'releases',
    summary:
      'releases while gateways, connectors and database are killed (-9): log, signed orders and deliveries compared',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          const report = await runReleases({
            seed: firstSeed + round,
            kills,
            gateways: 2,
            consents: 6,
            parallel: 24,
          });
          emit(report);
          const { missing, extra, denied, invented, twice, unsound } = report;
          if (missing + extra + denied + invented + twice + unsound > 0)
            throw new Error(`log and releases differ; seed ${report.seed}`);
        }
      } finally {
        await closeStores();
      }
    },
  },
];
