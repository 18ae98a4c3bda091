import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkLockFile } from './lock-file-check.mjs';
import { npmEnvironment } from './npm.mjs';
import { root } from './root.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Each check looks at one folder laid out like this checkout and says whether it holds. The programs come from
 * this checkout, so that a test can point a check at a copy with a planted fault.
 * @typedef {{ folder: string, runtime: { node: string, folder: string } }} Place
 * @typedef {{ ok: boolean, output: string }} Result
 * @type {{ name: string, run: (place: Place) => Promise<Result> }[]}
 */
export const checks = [
  { name: 'types', run: checkTypes },
  { name: 'lint and format', run: checkLint },
  { name: 'directions', run: checkDirections },
  { name: 'domain uses no fetch', run: checkDomainFetch },
  { name: 'contracts lint', run: checkContracts },
  { name: 'lock file', run: checkLockFile },
];

const program = (...path) => join(root, 'node_modules', ...path);

function run({ folder, runtime }, args) {
  return runCommand(runtime.node, args, { cwd: folder, env: npmEnvironment(runtime.folder) });
}

/** Every tsconfig.json of the checkout is a program of its own: services, and what runs in a browser. */
export async function checkTypes(place) {
  const projects = filesBelow(place.folder, (name) => name === 'tsconfig.json');
  const results = await Promise.all(
    projects.map((project) => run(place, [program('typescript', 'bin', 'tsc'), '-p', project, '--noEmit'])),
  );
  return {
    ok: projects.length > 0 && results.every(({ code }) => code === 0),
    output: projects.length === 0 ? 'no tsconfig.json found' : results.map(({ output }) => output).join(''),
  };
}

export async function checkLint(place) {
  const { code, output } = await run(place, [
    program('@biomejs', 'biome', 'bin', 'biome'),
    ...['check', '--no-errors-on-unmatched', '--diagnostic-level=warn', '--max-diagnostics=50', '.'],
  ]);
  return { ok: code === 0 && /Checked [1-9]/.test(output), output };
}

/** A run that read no module proves nothing and fails. */
export async function checkDirections(place) {
  const { workspaces } = JSON.parse(readFileSync(join(place.folder, 'package.json'), 'utf8'));
  const rooms = [...new Set(workspaces.map((name) => name.split('/')[0]))].filter((name) =>
    existsSync(join(place.folder, name)),
  );
  const { code, output } = await run(place, [
    program('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    ...['--config', '.dependency-cruiser.cjs', ...rooms],
  ]);
  const cruised = Number(/(\d+) modules/.exec(output)?.[1] ?? 0);
  return { ok: code === 0 && cruised > 0, output: cruised > 0 ? output : `${output}\n0 modules were read` };
}

/** `fetch` needs no import, so the directions do not see it. */
export async function checkDomainFetch({ folder }) {
  const found = filesBelow(folder, (name) => name.endsWith('.ts'))
    .filter((file) => /\/src\/domain\//.test(file))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          /(?<![.\w'"`])fetch\(|globalThis\.fetch/.test(line)
            ? [`${relative(folder, file)}:${index + 1}: ${line.trim()}`]
            : [],
        ),
    );
  return { ok: found.length === 0, output: found.join('\n') };
}

export async function checkContracts(place) {
  const folder = join(place.folder, 'contracts');
  // What is deployed. The tests in Solidity break its rules on purpose: they call as strangers and turn the clock.
  const deployed = join(folder, 'solidity');
  const sources = existsSync(deployed) ? filesBelow(deployed, (name) => name.endsWith('.sol')) : [];
  if (sources.length === 0) return { ok: false, output: 'no contract found' };
  const { code, output } = await run({ ...place, folder }, [
    program('solhint', 'solhint.js'),
    ...['--noPoster', '--max-warnings', '0', ...sources.map((file) => relative(folder, file))],
  ]);
  return { ok: code === 0, output };
}

const skipped = new Set(['node_modules', 'dist', 'artifacts', 'cache']);

function filesBelow(folder, wanted) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, wanted);
    return wanted(entry.name) ? [path] : [];
  });
}
