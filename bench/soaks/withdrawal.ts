import { createKeyValue } from '@xinlu/common/kv';
import { startCountry } from '../../consent/test/support/country.ts';
import { startGateway } from '../../consent/test/support/gateways.ts';
import { startRedisSentinels } from '../../consent/test/support/redis-sentinels.ts';
import { raceWithdrawal } from '../../consent/test/support/withdrawal-race.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;
type Store = 'postgres' | 'redis';

/** How many requests a round makes around one withdrawal; `XINLU_SOAK_REQUESTS` sets another number. */
const requests = Number(process.env['XINLU_SOAK_REQUESTS'] ?? 10_000);
/** Of these, sent and not answered yet at any moment: more would only wait in the gateways until they are stale. */
const AT_ONCE = 500;
/** `XINLU_SOAK_STORE` names one of them. */
const stores = (['postgres', 'redis'] as const).filter(
  (store) => (process.env['XINLU_SOAK_STORE'] ?? store) === store,
);

async function race(store: Store, emit: Emit): Promise<void> {
  const redis = store === 'redis' ? await startRedisSentinels() : undefined;
  const places = { prefix: 'race', ...(redis === undefined ? {} : { redisUrl: redis.url }) };
  const country = await startCountry({ openKv: (database) => createKeyValue({ database, ...places }) });
  const gateways = [await startGateway(country, places), await startGateway(country, places)];
  try {
    const from = Date.now();
    const before = await redis?.primary();
    const report = await raceWithdrawal(country, gateways, {
      requests,
      parallel: AT_ONCE,
      withdrawAfter: Math.ceil(requests / 5),
      ...(redis === undefined ? {} : { redis }),
    });
    const failedOver = redis !== undefined && (await redis.primary()) !== before;
    const seconds = Math.round((Date.now() - from) / 1000);
    emit({ store, failedOver, gateways: gateways.length, atOnce: AT_ONCE, seconds, ...report });
    const refused = report.afterwards.every((code) => code === 'consent-withdrawn');
    if (report.late + report.unlogged > 0 || !report.stoppedVerifies || !refused) {
      throw new Error(`the withdrawal did not hold on ${store}`);
    }
    if (report.delivered < requests / 10 || report.refusedAsWithdrawn < requests / 10) {
      throw new Error(`there was no race on ${store}`);
    }
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await country.close();
    await redis?.stop();
  }
}

export const soaks = [
  {
    name: 'withdrawal',
    summary:
      'a withdrawal amid 10,000 requests through two gateways, on PostgreSQL and on a Redis that fails over: no later release',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        for (const store of stores) await race(store, emit);
      } finally {
        await closeStores();
      }
    },
  },
];
