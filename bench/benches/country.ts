import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Country, startCountry } from '../../e2e/support/country.ts';

type Emit = (line: Record<string, unknown>) => void;

const START_LIMIT_SECONDS = 30;
const MEMORY_LIMIT_MEGABYTES = 1_500;
const SETTLE_MILLISECONDS = 20_000;

/** Proportional set size: memory shared by several processes is counted once in all, not once in each. */
async function proportionalKilobytes(pid: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

async function parentOf(pid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command name in parentheses may hold spaces; what follows it does not.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
}

/** The processes that name this country's data folder, and all their descendants (PostgreSQL's hide their arguments). */
async function processesOf(country: Country): Promise<Set<string>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const own = new Set<string>();
  for (const pid of pids) {
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    if (texts.join('').includes(country.data)) own.add(pid);
  }
  for (let grown = true; grown; ) {
    const children = pids.filter((pid) => !own.has(pid) && own.has(parents.get(pid) ?? ''));
    for (const pid of children) own.add(pid);
    grown = children.length > 0;
  }
  return own;
}

async function memoryOf(country: Country): Promise<{ processes: number; megabytes: number }> {
  const own = await processesOf(country);
  let kilobytes = 0;
  for (const pid of own) kilobytes += await proportionalKilobytes(pid);
  return { processes: own.size, megabytes: Math.round(kilobytes / 1024) };
}

async function run(emit: Emit): Promise<void> {
  const country = await startCountry();
  try {
    await country.stop();
    const from = performance.now();
    await country.restart();
    const seconds = Math.round((performance.now() - from) / 100) / 10;
    emit({
      what: 'seconds from start to ready, installed',
      ours: seconds,
      limit: START_LIMIT_SECONDS,
      ratio: Math.round((seconds / START_LIMIT_SECONDS) * 1000) / 1000,
    });
    await sleep(SETTLE_MILLISECONDS);
    const { processes, megabytes } = await memoryOf(country);
    emit({
      what: 'megabytes of the whole embedded country (proportional set size)',
      processes,
      ours: megabytes,
      limit: MEMORY_LIMIT_MEGABYTES,
      ratio: Math.round((megabytes / MEMORY_LIMIT_MEGABYTES) * 1000) / 1000,
    });
    if (seconds > START_LIMIT_SECONDS || megabytes > MEMORY_LIMIT_MEGABYTES)
      throw new Error('a limit is passed');
  } finally {
    await country.dispose();
  }
}

export const benches = [{ name: 'country', summary: 'start to ready and memory, against their limits', run }];
