import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process id is reused by the system, so a pid alone never proves whose process it is.
 * The identity is the pid with the moment it began: stable for the life of the process, different for the next owner.
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs (a zombie does not run)
 */
export function identify(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? identifyOnLinux(pid) : identifyByPs(pid);
}

/** Whether the process that once had this identity still runs. */
export function stillRuns({ pid, identity }) {
  return identity !== undefined && identify(pid) === identity;
}

/**
 * Waits until the process has ended.
 * @returns {Promise<boolean>} false when it still runs after the time allowed
 */
export async function untilEnded(process, milliseconds) {
  const end = Date.now() + milliseconds;
  while (stillRuns(process)) {
    if (Date.now() > end) return false;
    await sleep(50);
  }
  return true;
}

/** Sends the signals one after the other, each with its time to work, until the process has ended. */
export async function endProcess(target, steps) {
  for (const { signal, milliseconds } of steps) {
    if (!stillRuns(target)) return true;
    try {
      process.kill(target.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    if (await untilEnded(target, milliseconds)) return true;
  }
  return !stillRuns(target);
}

function identifyOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in parentheses and may itself hold spaces: fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    return `${bootId()}/${pid}/${startTime}`;
  } catch {
    return undefined;
  }
}

let knownBootId;
function bootId() {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

function identifyByPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    if (line === '' || line.startsWith('Z')) return undefined;
    return `${pid}/${line.replace(/^\S+\s+/, '')}`;
  } catch {
    return undefined;
  }
}
