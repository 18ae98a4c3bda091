import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault, faultInOutput } from './fault.mjs';
import { findNpm, npmEnvironment } from './npm.mjs';
import { root } from './root.mjs';
import { lastLine, runCommand } from './run-command.mjs';

const pinned = JSON.parse(readFileSync(new URL('./runtime.json', import.meta.url), 'utf8'));

/**
 * Where the pinned Node stands, if it is at hand.
 * The running Node serves when it is exactly the pinned version. On a platform for which npm has no package of
 * that version, any Node of the same major version serves.
 * @returns {{ version: string, node: string, folder: string } | undefined}
 */
export function findRuntime(checkout = root) {
  if (process.versions.node === pinned.version) return describe(process.execPath);
  if (!platformPackage() && sameMajor(process.versions.node)) return describe(process.execPath);
  const node = join(runtimeFolder(checkout), 'bin', 'node');
  return existsSync(node) ? describe(node) : undefined;
}

/**
 * Fetches the pinned Node from the npm registry, checks it against the pinned digest and unpacks it.
 * The folder appears under its final name only when complete.
 * @param {{ say: (zh: string, en: string) => void }} options
 */
export async function fetchRuntime({ say, checkout = root }) {
  const source = platformPackage();
  if (!source) {
    throw new Fault(
      `此平台 (${platform()}) 沒有現成的 Node ${pinned.version}：請自行安裝 Node ${major(pinned.version)} 後再試。`,
      `No packaged Node ${pinned.version} for this platform (${platform()}): install Node ${major(pinned.version)} and try again.`,
    );
  }
  say(`下載 Node ${pinned.version}（約 50 MB）…`, `Fetching Node ${pinned.version} (about 50 MB)…`);
  const target = runtimeFolder(checkout);
  const draft = join(dirname(target), `.incoming-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  try {
    const archive = await download(`${source.name}@${pinned.version}`, draft);
    await checkIntegrity(archive, source);
    await unpack(archive, draft);
    putInPlace(join(draft, 'package'), target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return describe(join(target, 'bin', 'node'));
}

function describe(node) {
  return { version: pinned.version, node, folder: dirname(node) };
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

function platformPackage() {
  return pinned.packages[platform()];
}

function major(version) {
  return version.split('.')[0];
}

function sameMajor(version) {
  return major(version) === major(pinned.version);
}

function runtimeFolder(checkout) {
  return join(checkout, '.runtime', `node-v${pinned.version}-${platform()}`);
}

async function download(spec, folder) {
  const { code, output } = await runCommand(
    process.execPath,
    [findNpm(), 'pack', spec, '--pack-destination', folder, '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: folder, env: npmEnvironment() },
  );
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code === 0 && archive) return join(folder, archive);
  const reason = output.match(/npm (?:error|ERR!) .*/)?.[0] ?? lastLine(output);
  throw (
    faultInOutput(output, spec) ??
    new Fault(
      `下載 Node ${pinned.version} 失敗：${reason}`,
      `Could not fetch Node ${pinned.version}: ${reason}`,
    )
  );
}

async function checkIntegrity(archive, source) {
  const [algorithm, expected] = source.integrity.split(/-(.*)/s);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('base64') === expected) return;
  throw new Fault(
    `下載的 ${source.name} 與釘選的摘要不符，已捨棄。`,
    `The downloaded ${source.name} does not match its pinned digest and was discarded.`,
  );
}

async function unpack(archive, folder) {
  const { code, output } = await runCommand('tar', ['-xzf', archive, '-C', folder]);
  if (code === 0) return;
  throw (
    faultInOutput(output, archive) ??
    new Fault(`解開 Node 失敗：${lastLine(output)}`, `Could not unpack Node: ${lastLine(output)}`)
  );
}

function putInPlace(from, target) {
  try {
    renameSync(from, target);
  } catch (error) {
    const another = ['ENOTEMPTY', 'EEXIST'].includes(error.code) && existsSync(join(target, 'bin', 'node'));
    if (!another) throw error;
  }
}
