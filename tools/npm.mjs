import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Fault } from './fault.mjs';

/**
 * The script of the npm at hand, so that it can be run under a Node of our choice.
 * @returns {string} path of npm-cli.js
 */
export function findNpm(env = process.env) {
  const found = candidates(env).find((path) => path !== undefined && existsSync(path));
  if (found) return found;
  throw new Fault(
    '找不到 npm：請安裝附有 npm 的 Node.js 20 以上版本。',
    'npm not found: install Node.js 20 or newer with npm.',
  );
}

function* inPath(env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const command = join(folder || '.', 'npm');
    if (!existsSync(command)) continue;
    const script = realpathSync(command);
    if (script.endsWith('npm-cli.js')) yield script;
    yield join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    yield join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  }
}

function candidates(env) {
  const beside = dirname(realpathSync(process.execPath));
  return [
    env.npm_execpath?.endsWith('npm-cli.js') ? env.npm_execpath : undefined,
    // npx is a sibling of npm in the same package.
    env.npm_execpath?.endsWith('npx-cli.js') ? join(dirname(env.npm_execpath), 'npm-cli.js') : undefined,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...inPath(env),
  ];
}

/**
 * The environment for an npm that we start from inside an npm script: the caller's settings (registry, cache,
 * proxy) stay, what npm says about the outer script goes, and the chosen Node comes first on the path.
 * @param {string | undefined} nodeFolder folder that holds the `node` to use
 */
export function npmEnvironment(nodeFolder, env = process.env) {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|command|node_execpath|config_(call|package|local_prefix|omit|production|dry_run))/i.test(
        name,
      ),
  );
  const result = Object.fromEntries(kept);
  delete result.NODE_ENV;
  delete result.NODE_OPTIONS;
  if (nodeFolder) result.PATH = `${nodeFolder}${delimiter}${env.PATH ?? ''}`;
  return result;
}
