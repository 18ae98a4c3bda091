import { copyFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';

/**
 * The chain node rewrites its state file in place, so a kill in the middle of a write leaves half a file.
 * A copy that was seen whole stands beside it.
 * @param {string} file the node's state file
 */
export function chainState(file) {
  const good = `${file}.good`;
  let copiedAt = 0;
  return {
    /** Keeps a copy when the file is whole and changed since the last copy. */
    keepCopy() {
      const changed = modifiedAt(file);
      if (changed === copiedAt) return;
      const draft = `${good}.tmp`;
      try {
        copyFileSync(file, draft);
        if (!isWhole(draft)) return;
        renameSync(draft, good);
        copiedAt = changed;
      } finally {
        rmSync(draft, { force: true });
      }
    },
    /**
     * Makes the file fit to start from: a broken one gives way to the copy, and without a copy to a new chain.
     * A shorter or new chain is a reorganisation to the ledger, which anchors again.
     * @returns {'whole' | 'restored' | 'new'}
     */
    repair() {
      if (isWhole(file)) return 'whole';
      rmSync(file, { force: true });
      if (!isWhole(good)) return 'new';
      copyFileSync(good, file);
      return 'restored';
    },
  };
}

function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isWhole(file) {
  try {
    return Array.isArray(JSON.parse(readFileSync(file, 'utf8')).blocks);
  } catch {
    return false;
  }
}
