import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, faultInOutput } from './fault.mjs';
import { findNpm, npmEnvironment } from './npm.mjs';
import { root } from './root.mjs';
import { lastLine, runCommand } from './run-command.mjs';

/** Whether `node_modules` holds what the lock file asks for. */
export function packagesAreInstalled(checkout = root) {
  const wanted = lockHash(checkout);
  if (readStamp(checkout) === wanted) return true;
  if (!installedMatchesLock(checkout)) return false;
  tryStamp(checkout, wanted);
  return true;
}

/**
 * Installs the packages of the lock file with the npm at hand, run under the pinned Node: under an older one npm
 * leaves out platform binaries without a word.
 * @param {{ runtime: { node: string, folder: string }, say: (zh: string, en: string) => void }} options
 */
export async function installPackages({ runtime, say, checkout = root }) {
  say('安裝套件（第一次約需一分鐘）…', 'Installing packages (about a minute the first time)…');
  const { code, output } = await runCommand(
    runtime.node,
    [findNpm(), 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'],
    { cwd: checkout, env: npmEnvironment(runtime.folder) },
  );
  if (code === 0) {
    writeFileSync(stampFile(checkout), lockHash(checkout));
    return;
  }
  const reason = output.match(/npm (?:error|ERR!) (?!code ).*/)?.[0] ?? lastLine(output);
  throw (
    faultInOutput(output, 'npm ci') ??
    new Fault(`安裝套件失敗：${reason}`, `Could not install the packages: ${reason}`)
  );
}

/** SHA-256 of the lock file, in hex. */
export function lockHash(checkout = root) {
  return createHash('sha256')
    .update(readFileSync(join(checkout, 'package-lock.json')))
    .digest('hex');
}

function stampFile(checkout) {
  return join(checkout, 'node_modules', '.xinlu-lock');
}

function readStamp(checkout) {
  try {
    return readFileSync(stampFile(checkout), 'utf8');
  } catch {
    return undefined;
  }
}

/** The stamp only saves time: a checkout that may not be written is compared anew each time. */
function tryStamp(checkout, hash) {
  try {
    writeFileSync(stampFile(checkout), hash);
  } catch {
    return;
  }
}

/**
 * npm writes what it installed into `node_modules/.package-lock.json` as its last step, so an install that was
 * cut short never looks complete.
 */
function installedMatchesLock(checkout) {
  const hidden = join(checkout, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    if (found) return found.version === entry.version && found.integrity === entry.integrity;
    return Boolean(entry.optional || entry.peer || entry.devOptional) && !isForThisPlatform(entry);
  });
}

function isForThisPlatform(entry) {
  if (entry.os === undefined && entry.cpu === undefined) return false;
  return (
    allows(entry.os, process.platform) &&
    allows(entry.cpu, process.arch) &&
    (process.platform !== 'linux' || entry.libc === undefined || allows(entry.libc, libc()))
  );
}

function allows(list, value) {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((item) => item.startsWith('!'));
}

let knownLibc;
function libc() {
  knownLibc ??= process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  return knownLibc;
}
