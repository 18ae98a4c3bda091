import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * The lock file names no registry, says of each workspace what its package.json says, and has an entry for
 * everything that any entry depends on: without one for the binaries of other platforms `npm ci` refuses.
 * @param {{ folder: string }} place
 */
export async function checkLockFile({ folder }) {
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { packages } = read('package-lock.json');
  const workspaces = ['', ...read('package.json').workspaces];
  const faults = [
    ...namedRegistries(packages),
    ...workspaces.flatMap((name) =>
      differences(name, read(join(name, 'package.json')), packages[name] ?? {}),
    ),
    ...missingEntries(packages),
  ];
  return { ok: faults.length === 0, output: faults.join('\n') };
}

function namedRegistries(packages) {
  return Object.entries(packages)
    .filter(([, { resolved }]) => /^https?:/.test(resolved ?? ''))
    .map(([path, { resolved }]) => `${path}: resolved from ${resolved}`);
}

function differences(workspace, wanted, locked) {
  return kinds
    .filter((kind) => sorted(wanted[kind]) !== sorted(locked[kind]))
    .map((kind) => `${workspace || '.'}: ${kind} differ between package.json and package-lock.json`);
}

function sorted(record = {}) {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function missingEntries(packages) {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isReachable(packages, path, name))
      .map((name) => `${path || '.'}: no entry for its dependency ${name}`),
  );
}

/** Node looks for a package in the node_modules of each folder upwards. */
function isReachable(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}
