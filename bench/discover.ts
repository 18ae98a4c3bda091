import { globSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * One benchmark or soak run. `emit` takes one result; a benchmark gives a ratio and both sides of it, measured in
 * the same run. A run that finds its claim broken throws.
 */
export type LongRun = {
  readonly name: string;
  readonly summary?: string;
  run(emit: (line: Record<string, unknown>) => void): Promise<void>;
};

/** What the rooms offer: `<room>/bench/*.ts` exports `benches`, `<room>/soak/*.ts` exports `soaks`. */
export async function discover(checkout: URL, kind: 'bench' | 'soak'): Promise<LongRun[]> {
  const own = kind === 'bench' ? ['bench/benches/*.ts'] : ['bench/soaks/*.ts'];
  const files = globSync([`*/${kind}/*.ts`, ...own], {
    cwd: fileURLToPath(checkout),
    exclude: ['node_modules/**'],
  });
  const found: LongRun[] = [];
  for (const file of files.sort()) {
    const module: unknown = await import(pathToFileURL(`${fileURLToPath(checkout)}${file}`).href);
    found.push(...runsIn(module, kind === 'bench' ? 'benches' : 'soaks'));
  }
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two runs are called ${twice}`);
  return found;
}

function runsIn(module: unknown, key: string): LongRun[] {
  const list = (module as Record<string, unknown>)[key];
  return Array.isArray(list) ? (list as LongRun[]) : [];
}
