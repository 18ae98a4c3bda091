import { cryptoFloor } from '../consent/crypto-floor.ts';
import { directCalls } from '../consent/direct.ts';
import { ACCESSES_EACH, CONSENTS, fill } from '../consent/fill.ts';
import { timeOperations } from '../consent/operations.ts';
import { cpuSeconds, openWorld, quantile, round, time, type World } from '../consent/world.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

const AT_ONCE = 8;
const WARMING = 300;
const EXCHANGES = 1_500;
const CALLS = 300;
const OVERHEAD_LIMIT_MILLISECONDS = 5;
const FLOOR_LIMIT = 0.5;
const LOADED_LIMIT = 1.5;

async function drive(world: World, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await world.exchange(next++);
    }),
  );
}

/** CPU of gateway and provider for one exchange, against what its cryptography alone costs. */
async function exchanges(world: World, emit: Emit): Promise<void> {
  await drive(world, WARMING);
  const floor = await cryptoFloor();
  const pids = { gateway: world.gateway.pid(), provider: world.connectors.pid() };
  const before = { gateway: cpuSeconds(pids.gateway), provider: cpuSeconds(pids.provider) };
  const from = performance.now();
  await drive(world, EXCHANGES);
  const seconds = (performance.now() - from) / 1000;
  const each = (side: 'gateway' | 'provider') => ((cpuSeconds(pids[side]) - before[side]) / EXCHANGES) * 1000;
  const [gateway, provider] = [each('gateway'), each('provider')];
  const least = floor.gateway + floor.provider;
  emit({
    what: 'exchanges',
    unit: 'one dataset through gateway and connector, per CPU-second of both; against their cryptography alone',
    ratio: round(least / (gateway + provider)),
    limit: FLOOR_LIMIT,
    perCpuSecond: { exchanges: Math.round(1000 / (gateway + provider)), floor: Math.round(1000 / least) },
    ratioOfGatewayAlone: round(floor.gateway / gateway),
    milliseconds: { gateway: round(gateway), provider: round(provider) },
    floorMilliseconds: {
      gateway: round(floor.gateway),
      provider: round(floor.provider),
      ...Object.fromEntries(Object.entries(floor.each).map(([one, cost]) => [one, round(cost)])),
    },
    perSecond: Math.round(EXCHANGES / seconds),
  });
}

/** What the gateway adds to the time of one call, one at a time. */
async function overhead(world: World, emit: Emit): Promise<void> {
  await drive(world, WARMING);
  for (const call of await directCalls(world, 50)) await call();
  const through: number[] = [];
  const direct: number[] = [];
  // In turns, so that what else the machine does meets both.
  for (let turn = 0; turn < 6; turn += 1) {
    through.push(...(await time(CALLS / 6, (one) => world.exchange(one))));
    const calls = await directCalls(world, CALLS / 6);
    direct.push(...(await time(CALLS / 6, (one) => calls[one]?.() ?? Promise.resolve())));
  }
  const [p50, base] = [quantile(through, 0.5), quantile(direct, 0.5)];
  emit({
    what: 'overhead',
    unit: 'median milliseconds of an exchange beyond a call of the connector alone',
    ratio: round(p50 / base),
    milliseconds: round(p50 - base),
    limit: OVERHEAD_LIMIT_MILLISECONDS,
    throughGateway: round(p50),
    direct: round(base),
  });
}

/** Each operation on a system with a year's rows, against the same on an empty one. */
async function loaded(world: World, emit: Emit): Promise<void> {
  await drive(world, WARMING);
  const empty = await timeOperations(world);
  const from = performance.now();
  await fill(world.country.database, (line) => console.error(line));
  emit({
    what: 'loaded: filled',
    consents: CONSENTS,
    accesses: CONSENTS * ACCESSES_EACH,
    seconds: Math.round((performance.now() - from) / 1000),
  });
  await drive(world, WARMING);
  const full = await timeOperations(world);
  for (const [operation, times] of Object.entries(full)) {
    const before = quantile(empty[operation] ?? [], 0.95);
    const after = quantile(times, 0.95);
    emit({
      what: `loaded: ${operation}`,
      unit: 'p95 milliseconds',
      ratio: round(after / before),
      limit: LOADED_LIMIT,
      loaded: round(after),
      empty: round(before),
    });
  }
}

const scenarios = { exchanges, overhead, loaded };

export const benches = [
  {
    name: 'consent',
    summary:
      'exchanges against their cryptography, overhead of the gateway, and (BENCH_ONLY=loaded, minutes) a year of rows',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        for (const [name, scenario] of Object.entries(scenarios)) {
          if ((process.env['BENCH_ONLY'] ?? 'exchanges overhead').split(' ').includes(name)) {
            const world = await openWorld();
            await scenario(world, emit).finally(() => world.close());
          }
        }
      } finally {
        await closeStores();
      }
    },
  },
];
