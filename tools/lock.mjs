import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, stillRuns } from './process-identity.mjs';

/**
 * A lock file that names its holder. It is made complete under another name and linked into place, so a reader
 * never sees half of it; a lock whose holder has ended is taken over.
 * @param {string} path
 * @param {{ waitMilliseconds?: number, onWait?: () => void }} [options] how long to wait for a living holder
 * @returns {Promise<{ update(fields: object): void, release(): void } | { holder: object }>}
 */
export async function acquireLock(path, { waitMilliseconds = 0, onWait } = {}) {
  const mine = { pid: process.pid, identity: identify(process.pid), nonce: randomBytes(8).toString('hex') };
  const end = Date.now() + waitMilliseconds;
  let told = false;
  for (;;) {
    if (tryLink(path, mine)) return held(path, mine);
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!stillRuns(holder)) {
      removeStale(path, holder);
      continue;
    }
    // Who holds the lock but is on its way out says so; it is worth waiting for.
    const limit = holder.leaving ? Math.max(end, Date.now() + 1) : end;
    if (Date.now() >= limit) return { holder };
    if (!told) onWait?.();
    told = true;
    await sleep(100);
  }
}

function tryLink(path, content) {
  const draft = `${path}.${content.nonce}`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0 };
    throw error;
  }
}

/**
 * Only one of several waiters can rename the file away. Should it have renamed a fresh lock that another
 * waiter made in between, it is linked back.
 */
function removeStale(path, stale) {
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.nonce !== stale.nonce) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}

function held(path, mine) {
  let content = mine;
  return {
    update(fields) {
      content = { ...content, ...fields };
      const draft = `${path}.${content.nonce}`;
      writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
      renameSync(draft, path);
    },
    release() {
      if (readHolder(path)?.nonce === mine.nonce) rmSync(path, { force: true });
    },
  };
}
