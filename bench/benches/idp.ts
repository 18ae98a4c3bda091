import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '@xinlu/common/sql';
import { createClient } from 'redis';
import { type Scenario, scenarios, type Unit } from '../idp/scenarios.ts';
import { type Side, startSide } from '../idp/sides.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

const AT_ONCE = 16;
const ROUNDS = 3;
const SECONDS_A_ROUND = 2;
/** Of each scenario before it counts: as long as V8 still compiles, that is what is measured. */
const WARMING_SECONDS = 3;
const FIRST_UNITS = 200;
const P99_LIMIT_MILLISECONDS = 50;
const round = (value: number, digits = 3) => Math.round(value * 10 ** digits) / 10 ** digits;

type Tally = {
  units: number;
  server: number;
  redis: number;
  postgres: number;
  seconds: number;
  milliseconds: number[];
};

/** Runs units, `AT_ONCE` at a time, each timed from its first request to its last answer. */
async function drive(units: Unit[], into?: number[]): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let unit = units[next++]; unit !== undefined; unit = units[next++]) {
        const from = performance.now();
        await unit();
        into?.push(performance.now() - from);
      }
    }),
  );
}

async function storePids(): Promise<{ redis: number; postgres: number }> {
  const redis = createClient({ url: process.env['TEST_REDIS_URL'] ?? '' });
  await redis.connect();
  const info = await redis.info('server');
  await redis.close();
  const database = openDatabase(process.env['TEST_DATABASE_URL'] ?? '', { max: 1 });
  const backend = await database.one<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const stat = await readFile(`/proc/${backend?.pid}/stat`, 'utf8');
  await database.close();
  return {
    redis: Number(/^process_id:(\d+)/m.exec(info)?.[1]),
    postgres: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]),
  };
}

async function measure(scenario: Scenario, side: Side, count: number, tally: Tally): Promise<void> {
  const units = await scenario.prepare(side, count);
  const before = await side.cpu();
  const from = performance.now();
  await drive(units, tally.milliseconds);
  tally.seconds += (performance.now() - from) / 1000;
  const after = await side.cpu();
  tally.units += count;
  for (const share of ['server', 'redis', 'postgres'] as const) tally[share] += after[share] - before[share];
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

const summary = ({ units, server, redis, postgres, seconds, milliseconds }: Tally) => ({
  perServerCpuSecond: Math.round(units / server),
  perCpuSecondWithStores: Math.round(units / (server + redis + postgres)),
  cpuMillisecondsEach: {
    server: round((server / units) * 1000),
    redis: round((redis / units) * 1000),
    postgres: round((postgres / units) * 1000),
  },
  perSecond: Math.round(units / seconds),
  p50Milliseconds: round(quantile(milliseconds, 0.5), 1),
  p99Milliseconds: round(quantile(milliseconds, 0.99), 1),
});

const empty = (): Tally => ({ units: 0, server: 0, redis: 0, postgres: 0, seconds: 0, milliseconds: [] });

async function compare(scenario: Scenario, sides: Side[], emit: Emit): Promise<void> {
  const tallies = new Map(sides.map((side) => [side, empty()]));
  const counts = new Map<Side, number>();
  for (const side of sides) {
    const first = empty();
    await measure(scenario, side, FIRST_UNITS, first);
    const warming = empty();
    await measure(scenario, side, Math.ceil((first.units / first.seconds) * WARMING_SECONDS), warming);
    counts.set(side, Math.ceil((warming.units / warming.seconds) * SECONDS_A_ROUND));
  }
  // In turns, so that what else the machine does meets both.
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    for (const side of turn % 2 === 0 ? sides : [...sides].reverse())
      await measure(scenario, side, counts.get(side) ?? 0, tallies.get(side) ?? empty());
  }
  const [ours, stock] = sides.map((side) => summary(tallies.get(side) ?? empty()));
  if (ours === undefined || stock === undefined) return;
  const folder = process.env['BENCH_PROFILE'];
  const profiled = async (at: number) => {
    const side = sides[at];
    if (folder === undefined || side === undefined) return {};
    return { millisecondsByPart: await profile(scenario, side, counts.get(side) ?? 0, folder) };
  };
  emit({
    what: scenario.name,
    unit: scenario.what,
    atOnce: AT_ONCE,
    ratio: round(ours.perServerCpuSecond / stock.perServerCpuSecond),
    ratioWithStores: round(ours.perCpuSecondWithStores / stock.perCpuSecondWithStores),
    ours: { ...ours, ...(await profiled(0)) },
    stock: { ...stock, ...(await profiled(1)) },
    ...(scenario.name.includes('login') ? { p99LimitMilliseconds: P99_LIMIT_MILLISECONDS } : {}),
  });
}

/** Where BENCH_PROFILE names a folder: one more round of each side under the profiler, its time told by part. */
async function profile(scenario: Scenario, side: Side, count: number, folder: string) {
  const units = await scenario.prepare(side, count);
  await side.startProfile();
  await drive(units);
  const { parts, profile } = await side.endProfile();
  const file = `${scenario.name}-${side.name}`.replaceAll(/[^\w]+/g, '-');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${file}.cpuprofile`), JSON.stringify(profile));
  return Object.fromEntries(
    Object.entries(parts)
      .sort(([, a], [, b]) => b - a)
      .map(([part, milliseconds]) => [part, round(milliseconds / count)]),
  );
}

export const benches = [
  {
    name: 'idp',
    summary:
      'against stock oidc-provider with a plain Redis adapter, per server CPU-second; latency of logins',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const sides: Side[] = [];
      try {
        if ((process.env['TEST_REDIS_URL'] ?? '') === '')
          throw new Error('this benchmark needs redis-server');
        const pids = await storePids();
        for (const name of ['ours', 'stock'] as const) sides.push(await startSide(name, pids));
        for (const scenario of scenarios) {
          if ((process.env['BENCH_ONLY'] ?? scenario.name) === scenario.name)
            await compare(scenario, sides, emit);
        }
      } finally {
        for (const side of sides) await side.stop();
        await closeStores();
      }
    },
  },
];
