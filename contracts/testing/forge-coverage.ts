import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the Solidity tests reached of one source file: lines and branches that no test took, by line number. */
export type Missed = { readonly lines: readonly number[]; readonly branches: readonly number[] };

export type ForgeRun = {
  readonly passed: boolean;
  /** What forge printed. */
  readonly output: string;
  /** By path below `contracts/`. Empty if a test failed, for forge counts only whole runs. */
  readonly missed: ReadonlyMap<string, Missed>;
};

const checkout = dirname(dirname(import.meta.dirname));
const { resolve } = createRequire(import.meta.url);

/** forge wants a solc that it can start; this is the one from npm with the two arguments that forge uses. */
const compiler = `#!${process.execPath}
const solc = require(${JSON.stringify(resolve('solc'))});
const isQuestion = process.argv.includes('--version');
const answer = () => solc.compile(require('node:fs').readFileSync(0, 'utf8'));
process.stdout.write(isQuestion ? 'solc, the solidity compiler\\nVersion: ' + solc.version() + '\\n' : answer());
`;

/**
 * Runs the Solidity tests (`test/*.t.sol`) under `forge coverage`, without the network and with nothing written into
 * the checkout.
 */
export async function forgeCoverage(): Promise<ForgeRun> {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-forge-'));
  try {
    const file = (name: string) => join(folder, name);
    await writeFile(file('solc'), compiler);
    await chmod(file('solc'), 0o700);
    await writeFile(file('foundry.toml'), settings(file));
    const report = ['--report', 'lcov', '--report-file', file('lcov.info')];
    const { code, output } = await run(
      [resolve('@foundry-rs/forge/bin.mjs'), 'coverage', '--root', checkout, ...report],
      { FOUNDRY_CONFIG: file('foundry.toml') },
    );
    const lcov = code === 0 ? await readFile(file('lcov.info'), 'utf8') : '';
    return { passed: code === 0, output, missed: missedIn(lcov) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function settings(file: (name: string) => string): string {
  const values = {
    src: 'contracts/solidity',
    test: 'contracts/test',
    libs: ['node_modules'],
    remappings: ['@openzeppelin/=node_modules/@openzeppelin/'],
    out: file('out'),
    cache_path: file('cache'),
    solc: file('solc'),
    evm_version: 'cancun',
    offline: true,
  };
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return ['[profile.default]', ...lines, ''].join('\n');
}

/** Reads a tracefile of lcov: `DA:line,count` and `BRDA:line,block,branch,count`, where - is never. */
function missedIn(lcov: string): Map<string, Missed> {
  const missed = new Map<string, Missed>();
  for (const record of lcov.split('end_of_record')) {
    const path = /^SF:contracts\/(.+)$/m.exec(record)?.[1];
    if (!path?.startsWith('solidity/')) continue;
    const at = (pattern: RegExp) => [...record.matchAll(pattern)].map(([, line]) => Number(line));
    missed.set(path, { lines: at(/^DA:(\d+),0$/gm), branches: at(/^BRDA:(\d+),\d+,\d+,(?:0|-)$/gm) });
  }
  return missed;
}

function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
    const parts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    child.once('error', reject);
    child.once('close', (code) => done({ code, output: Buffer.concat(parts).toString('utf8') }));
  });
}
