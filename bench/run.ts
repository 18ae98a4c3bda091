import { discover, type LongRun } from './discover.ts';

/**
 * Runs benchmarks or soak runs: `run.ts bench|soak [NAME…] [--help]`. Results are JSON lines on standard output;
 * everything else goes to standard error.
 */
async function main([kind, ...args]: string[]): Promise<number> {
  if (kind !== 'bench' && kind !== 'soak') {
    console.error('usage: run.ts bench|soak [NAME…]');
    return 64;
  }
  const found = await discover(new URL('../', import.meta.url), kind);
  if (args.includes('--help')) return help(kind, found);
  const wanted = args.length === 0 ? found : found.filter(({ name }) => args.includes(name));
  const unknown = args.filter((name) => !found.some((one) => one.name === name));
  if (unknown.length > 0 || wanted.length === 0) {
    console.error(`沒有這一項 | no such ${kind}: ${unknown.join(', ') || '(none found)'}`);
    help(kind, found);
    return 64;
  }
  let failed = 0;
  for (const one of wanted) {
    console.error(`${kind} ${one.name} …`);
    try {
      await one.run((line) => console.log(JSON.stringify({ name: one.name, ...line })));
    } catch (error) {
      failed += 1;
      console.log(
        JSON.stringify({ name: one.name, failed: String(error instanceof Error ? error.message : error) }),
      );
    }
  }
  return failed === 0 ? 0 : 1;
}

function help(kind: 'bench' | 'soak', found: LongRun[]): number {
  console.error(`npm run ${kind} [NAME…]\n`);
  for (const { name, summary } of found) console.error(`  ${name.padEnd(28)} ${summary ?? ''}`);
  if (found.length === 0) console.error('  (none)');
  return 0;
}

process.exit(await main(process.argv.slice(2)));
