import { createKeyValue } from '@xinlu/common/kv';
import { startCountry } from '../../consent/test/support/country.ts';
import { startGateway, startRedis } from '../../consent/test/support/gateways.ts';
import { raceWithdrawal } from '../../consent/test/support/withdrawal-race.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** How many requests a round holds in flight around one withdrawal; `XINLU_SOAK_REQUESTS` sets another number. */
const requests = Number(process.env['XINLU_SOAK_REQUESTS'] ?? 10_000);

async function race(store: 'postgres' | 'redis', emit: Emit): Promise<void> {
  const redis = store === 'redis' ? await startRedis() : undefined;
  const stores = { prefix: 'race', ...(redis === undefined ? {} : { redisUrl: redis.url }) };
  const country = await startCountry({ openKv: (database) => createKeyValue({ database, ...stores }) });
  const gateways = [await startGateway(country, stores), await startGateway(country, stores)];
  try {
    const report = await raceWithdrawal(country, gateways, {
      requests,
      parallel: 200,
      withdrawAfter: Math.ceil(requests / 5),
      ...(redis === undefined ? {} : { redis }),
    });
    emit({ store, redisKilled: redis !== undefined, gateways: gateways.length, ...report });
    const refused = report.afterwards.every((code) => code === 'consent-withdrawn');
    if (report.late + report.unlogged > 0 || !report.stoppedVerifies || !refused) {
      throw new Error(`the withdrawal did not hold on ${store}`);
    }
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await country.close();
    await redis?.kill();
  }
}

export const soaks = [
  {
    name: 'withdrawal',
    summary:
      'a withdrawal amid 10,000 requests through two gateways, on PostgreSQL and on a Redis that is killed: no later release',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        await race('postgres', emit);
        await race('redis', emit);
      } finally {
        await closeStores();
      }
    },
  },
];
