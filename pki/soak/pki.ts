import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runGraphs } from './rounds/graphs.ts';
import { runMutants } from './rounds/mutants.ts';
import { Watch } from './rounds/watch.ts';

type Emit = (line: Record<string, unknown>) => void;

const MUTANTS = 100_000;
const ROUNDS = 10;
const GRAPHS = 1000;
const SEED = 20260601;
const MAX_GROWTH_MB = 8;

function heldMB(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}

async function run(emit: Emit): Promise<void> {
  const watch = new Watch();
  runMutants(MUTANTS / ROUNDS, SEED, new Watch());
  const before = heldMB();
  for (let round = 1; round <= ROUNDS; round++) {
    const counts = runMutants(MUTANTS / ROUNDS, SEED + round, watch);
    emit({ round, ...counts, slowestMs: watch.slowestMs, slowest: watch.slowest, heldMB: heldMB() });
  }
  const growth = Math.round((heldMB() - before) * 10) / 10;
  emit({
    what: 'mutants',
    calls: watch.calls,
    slowestMs: watch.slowestMs,
    slowest: watch.slowest,
    growthMB: growth,
  });
  if (growth > MAX_GROWTH_MB) throw new Error(`Memory grew by ${growth} MB`);
  const graphWatch = new Watch();
  const codes = runGraphs(GRAPHS, SEED, graphWatch);
  emit({
    what: 'graphs',
    graphs: GRAPHS,
    slowestMs: graphWatch.slowestMs,
    slowest: graphWatch.slowest,
    aimMs: 50,
    codes,
  });
}

export const soaks = [
  {
    name: 'pki',
    summary: `${MUTANTS} changed certificates, CRLs, OCSP responses and CMS messages; ${GRAPHS} crafted graphs`,
    run,
  },
];
