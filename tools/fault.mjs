/**
 * A fault the reader can act on: one line in Chinese and English, never a stack trace.
 */
export class Fault extends Error {
  /**
   * @param {string} zh what happened and what to do, in Traditional Chinese
   * @param {string} en the same in English
   * @param {{ cause?: unknown, exitCode?: number }} [options]
   */
  constructor(zh, en, { cause, exitCode = 1 } = {}) {
    super(`${zh} | ${en}`, { cause });
    this.name = 'Fault';
    this.zh = zh;
    this.en = en;
    this.exitCode = exitCode;
  }
}

const systemFaults = {
  ENOSPC: (where) =>
    new Fault(`磁碟已滿${where}：請清出空間後再試。`, `Disk full${where}: free some space and try again.`),
  EDQUOT: (where) =>
    new Fault(
      `磁碟配額已用完${where}：請清出空間後再試。`,
      `Disk quota used up${where}: free some space and try again.`,
    ),
  EACCES: (where) =>
    new Fault(
      `權限不足${where}：請改用有權限的帳號或資料夾。`,
      `Permission denied${where}: use an account or folder that may write here.`,
    ),
  EPERM: (where) =>
    new Fault(
      `權限不足${where}：請改用有權限的帳號或資料夾。`,
      `Operation not permitted${where}: use an account or folder that may do this.`,
    ),
  EROFS: (where) => new Fault(`檔案系統唯讀${where}。`, `Read-only file system${where}.`),
  EMFILE: () => new Fault('開啟的檔案太多：請提高 ulimit -n。', 'Too many open files: raise ulimit -n.'),
  ENOTDIR: (where) =>
    new Fault(`路徑中有一段不是資料夾${where}。`, `A part of the path is not a folder${where}.`),
};

/**
 * Any thrown value as a Fault: faults stay, errors of the system are put in words, the rest keeps its first line.
 * @param {unknown} error
 * @returns {Fault}
 */
export function toFault(error) {
  if (error instanceof Fault) return error;
  // 53100 is PostgreSQL's own code for a full disk.
  const code = error?.code === '53100' ? 'ENOSPC' : error?.code;
  const inWords = typeof code === 'string' ? systemFaults[code] : undefined;
  if (inWords) {
    const fault = inWords(error.path ? ` (${error.path})` : '');
    fault.cause = error;
    return fault;
  }
  const line = String(error?.message ?? error).split('\n')[0];
  return new Fault(`未預期的錯誤：${line}`, `Unexpected fault: ${line}`, { cause: error });
}

/**
 * Reads a full disk or a missing permission out of what another program printed.
 * @param {string} text output of a program
 * @param {string} place what it was doing, for the message
 * @returns {Fault | undefined}
 */
export function faultInOutput(text, place) {
  const where = ` (${place})`;
  if (/No space left on device|ENOSPC/i.test(text)) return systemFaults.ENOSPC(where);
  if (/Disk quota exceeded|EDQUOT/i.test(text)) return systemFaults.EDQUOT(where);
  if (/Read-only file system|EROFS/i.test(text)) return systemFaults.EROFS(where);
  if (/Permission denied|EACCES/i.test(text)) return systemFaults.EACCES(where);
  return undefined;
}

/**
 * Writes the fault as one line to standard error and returns the exit code.
 * With XINLU_DEBUG set the stack follows.
 */
export function report(error) {
  const fault = toFault(error);
  process.stderr.write(`信路 Xinlu: ${fault.zh} | ${fault.en}\n`);
  if (process.env.XINLU_DEBUG) process.stderr.write(`${fault.cause?.stack ?? fault.stack}\n`);
  return fault.exitCode;
}
