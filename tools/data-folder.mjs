import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from './fault.mjs';
import { acquireLock } from './lock.mjs';

/** Raised when a change of the layout makes an older launcher unfit for the folder. */
const layoutVersion = 1;

/**
 * Makes the data folder if need be, refuses one of a newer version, and takes its lock.
 * @param {string} folder
 * @returns {Promise<{ update(fields: object): void, release(): void }>}
 */
export async function openDataFolder(folder) {
  makeFolder(folder);
  const lock = await acquireLock(join(folder, 'launcher.lock'), { waitMilliseconds: 2000 });
  if (lock.holder) {
    throw new Fault(
      `資料夾 ${folder} 已有另一個信路在執行（行程 ${lock.holder.pid}）：請先停止它，或以 XINLU_DATA 指定別的資料夾。`,
      `Another launcher (process ${lock.holder.pid}) runs on ${folder}: stop it first, or set XINLU_DATA to another folder.`,
    );
  }
  try {
    checkVersion(folder);
  } catch (error) {
    lock.release();
    throw error;
  }
  return lock;
}

function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(cause.code)) throw cause;
    throw new Fault(
      `無法寫入資料夾 ${folder}（${cause.code}）：請檢查權限，或以 XINLU_DATA 指定別的資料夾。`,
      `Cannot write to the folder ${folder} (${cause.code}): check its permissions, or set XINLU_DATA to another folder.`,
      { cause },
    );
  }
}

function checkVersion(folder) {
  const file = join(folder, 'version');
  let found;
  try {
    found = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    writeAtomically(file, `${layoutVersion}\n`);
    return;
  }
  if (Number(found) <= layoutVersion) return;
  throw new Fault(
    `資料夾 ${folder} 屬於較新的版本（${found}）：請更新程式，或以 XINLU_DATA 指定別的資料夾。`,
    `The data in ${folder} belongs to a newer version (${found}): update the program, or set XINLU_DATA to another folder.`,
  );
}

/** A reader of the file sees the old content or the new, never half of it. */
export function writeAtomically(file, content, { mode = 0o600 } = {}) {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
