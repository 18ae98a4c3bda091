import { type Place, startEnumeration } from '../../idp/test/helpers/enumeration.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** Questions of each case; `XINLU_SOAK_QUESTIONS` sets another number. */
const questions = Number(process.env['XINLU_SOAK_QUESTIONS'] ?? 400);
const seed = Number(process.env['XINLU_SOAK_SEED'] ?? 20_261_125);
/** One false alarm in some thousand comparisons. */
const SIGNIFICANT = 3.5;
/**
 * A shift of the median that a stranger could make out over a network with the few hundred questions that the limits leave
 * her in an hour; below it there is nothing to gain.
 */
const NOTICEABLE_MILLISECONDS = 0.25;

/** Mulberry32: a small generator that can be started again from the same number. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Mann-Whitney's U of two samples as a standard score: whether one tends to be larger, whatever their shapes. */
export function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const all = [
    ...one.map((value) => ({ value, own: true })),
    ...other.map((value) => ({ value, own: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const rank = (from + to + 1) / 2;
    for (let at = from; at < to; at += 1) if (all[at]?.own) ranks += rank;
    from = to;
  }
  const [n, m] = [one.length, other.length];
  const u = ranks - (n * (n + 1)) / 2;
  return (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}

/** Something that time does tell, by half a millisecond: a measurement that does not see it sees nothing. */
function planted(place: Place): Place {
  const [first] = Object.values(place.cases);
  if (first === undefined) throw new Error(`${place.name} has no cases`);
  const late = async () => {
    const ask = await first();
    return async () => {
      const until = performance.now() + 0.5;
      while (performance.now() < until);
      return ask();
    };
  };
  return { name: 'planted', cases: { 'at once': first, late } };
}

/** Asks all cases of a place in a random order, so that what slows the machine slows each alike. */
async function measure(place: Place, next: () => number): Promise<Map<string, number[]>> {
  const labels = Object.keys(place.cases);
  const times = new Map(labels.map((label) => [label, [] as number[]]));
  for (let round = -10; round < questions; round += 1) {
    for (const label of labels.toSorted(() => next() - 0.5)) {
      const ask = await place.cases[label]?.();
      const began = performance.now();
      await ask?.();
      // The first fill caches and prepare statements.
      if (round >= 0) times.get(label)?.push(performance.now() - began);
    }
  }
  return times;
}

export const soaks = [
  {
    name: 'enumeration',
    summary:
      'the time of an answer tells nobody who or what is known: each place, 400 questions of each case, compared',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const next = random(seed);
      const told: string[] = [];
      try {
        const { world, places } = await startEnumeration();
        try {
          const [plain] = places.filter(({ name }) => name === 'the number of a ward');
          if (plain === undefined) throw new Error('a place is missing');
          for (const place of [planted(plain), ...places]) {
            const [first, ...others] = [...(await measure(place, next))];
            if (first === undefined) throw new Error(`${place.name} has no cases`);
            const [label, base] = first;
            // What two halves of one case differ by: the noise of this machine in this run.
            const halves = [
              base.filter((_, at) => at % 2 === 0),
              base.filter((_, at) => at % 2 === 1),
            ] as const;
            const noise = Math.abs(median(halves[0]) - median(halves[1]));
            for (const [other, times] of others) {
              const shift = median(times) - median(base);
              const score = mannWhitney(times, base);
              const differs =
                Math.abs(score) > SIGNIFICANT &&
                Math.abs(shift) > Math.max(NOTICEABLE_MILLISECONDS, 3 * noise);
              if (differs) told.push(`${place.name}: ${other}`);
              emit({
                place: place.name,
                cases: [label, other],
                questions,
                seed,
                medianMilliseconds: [Number(median(base).toFixed(3)), Number(median(times).toFixed(3))],
                shiftMilliseconds: Number(shift.toFixed(3)),
                noiseMilliseconds: Number(noise.toFixed(3)),
                score: Number(score.toFixed(2)),
                differs,
              });
            }
          }
        } finally {
          await world.close();
        }
      } finally {
        await closeStores();
      }
      if (!told.some((one) => one.startsWith('planted:'))) throw new Error('the measurement sees nothing');
      told.splice(0, told.length, ...told.filter((one) => !one.startsWith('planted:')));
      if (told.length > 0) throw new Error(`time tells: ${told.join('; ')}`);
    },
  },
];
