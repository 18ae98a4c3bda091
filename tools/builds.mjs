import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Fault, faultInOutput } from './fault.mjs';
import { npmEnvironment } from './npm.mjs';
import { lockHash } from './packages.mjs';
import { root } from './root.mjs';
import { lastLine, runCommand } from './run-command.mjs';

/**
 * What a workspace builds, as its package.json says:
 * `"xinlu": { "build": { "command": ["scripts/build.ts"], "inputs": ["src"], "output": "dist" } }`.
 * The command is run by the pinned Node in the workspace's folder; inputs are files and folders in it.
 * @returns {{ name: string, folder: string, command: string[], inputs: string[], output: string }[]}
 */
export function declaredBuilds(checkout = root) {
  const { workspaces } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  return workspaces.flatMap((name) => {
    const file = join(checkout, name, 'package.json');
    if (!existsSync(file)) return [];
    const build = JSON.parse(readFileSync(file, 'utf8')).xinlu?.build;
    return build ? [{ name, folder: join(checkout, name), ...build }] : [];
  });
}

/** The declared builds whose inputs changed since their last success. */
export function staleBuilds(checkout = root) {
  const packages = lockHash(checkout);
  return declaredBuilds(checkout)
    .map((build) => ({ ...build, hash: hashOf(build, packages) }))
    .filter(
      (build) => readStamp(checkout, build) !== build.hash || !existsSync(join(build.folder, build.output)),
    );
}

/**
 * Runs one build and remembers the hash of what went into it.
 * @param {{ runtime: { node: string, folder: string }, say: (zh: string, en: string) => void }} options
 */
export async function runBuild(build, { runtime, say, checkout = root }) {
  say(`建置 ${build.name} …`, `Building ${build.name} …`);
  const { code, output } = await runCommand(runtime.node, build.command, {
    cwd: build.folder,
    env: npmEnvironment(runtime.folder),
  });
  mkdirSync(join(checkout, '.build'), { recursive: true });
  const log = `${stampFile(checkout, build)}.log`;
  writeFileSync(log, output);
  if (code !== 0) {
    const where = relative(checkout, log);
    throw (
      faultInOutput(output, build.name) ??
      new Fault(
        `建置 ${build.name} 失敗（詳見 ${where}）：${errorLine(output)}`,
        `Building ${build.name} failed (see ${where}): ${errorLine(output)}`,
      )
    );
  }
  writeFileSync(stampFile(checkout, build), build.hash);
}

/** The first line that speaks of an error; one that only announces it takes the next along. */
function errorLine(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = lines.findIndex((line) => /error/i.test(line));
  if (found < 0) return lastLine(output);
  return lines[found].endsWith(':') ? `${lines[found]} ${lines[found + 1] ?? ''}` : lines[found];
}

function stampFile(checkout, build) {
  return join(checkout, '.build', `${build.name.replaceAll('/', '-')}.hash`);
}

function readStamp(checkout, build) {
  try {
    return readFileSync(stampFile(checkout, build), 'utf8');
  } catch {
    return undefined;
  }
}

function hashOf(build, packages) {
  const hash = createHash('sha256').update(JSON.stringify([packages, build.command, build.output]));
  for (const input of [...build.inputs, 'package.json']) {
    for (const file of filesUnder(join(build.folder, input))) {
      hash.update(`\n${relative(build.folder, file)}\n`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

const ignored = new Set(['node_modules', 'dist', 'artifacts', 'cache']);

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => !ignored.has(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
