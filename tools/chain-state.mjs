import { copyFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeAtomically } from './data-folder.mjs';

/** Blocks kept whole at the end of the chain, far more than finality needs. */
const recentBlocks = 256;

/**
 * The chain node rewrites its state file in place, so a kill in the middle of a write leaves half a file.
 * A copy that was seen whole stands beside it.
 * @param {string} file the node's state file
 */
export function chainState(file) {
  const good = `${file}.good`;
  let copiedAt = 0;
  return {
    /** Bytes of the state file. */
    size: () => statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    /** Keeps a copy when the file is whole and changed since the last copy. */
    keepCopy() {
      const changed = modifiedAt(file);
      if (changed === copiedAt) return;
      const draft = `${good}.tmp`;
      try {
        copyFileSync(file, draft);
        if (readState(draft) === undefined) return;
        renameSync(draft, good);
        copiedAt = changed;
      } finally {
        rmSync(draft, { force: true });
      }
    },
    /**
     * Makes the file fit to start from: a broken one gives way to the copy, and without a copy to a new chain.
     * Old blocks without a transaction are left out: a block a second would make the file grow for ever.
     * A shorter or new chain is a reorganisation to the ledger, which anchors again.
     * @returns {'whole' | 'restored' | 'new'}
     */
    repair() {
      const current = readState(file);
      const state = current ?? readState(good);
      if (state === undefined) {
        rmSync(file, { force: true });
        return 'new';
      }
      writeAtomically(file, JSON.stringify(withoutEmptyBlocks(state)));
      return current ? 'whole' : 'restored';
    },
  };
}

function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The state, or undefined when there is none or only half of it. */
function readState(file) {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(state.blocks) ? state : undefined;
  } catch {
    return undefined;
  }
}

function withoutEmptyBlocks(state) {
  const number = (block) => Number(block.header.number);
  const newest = Math.max(0, ...state.blocks.map(number));
  const isKept = (block) =>
    number(block) === 0 || number(block) > newest - recentBlocks || block.transactions.length > 0;
  return { ...state, blocks: state.blocks.filter(isKept) };
}
