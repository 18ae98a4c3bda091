import { readFileSync } from 'node:fs';
import { writeAtomically } from './data-folder.mjs';
import { identify, stillRuns } from './process-identity.mjs';

/**
 * The processes that this launcher started, on disk, so that the next launcher finds what a killed one left behind.
 * @param {string} file
 */
export function processList(file) {
  const entries = new Map();

  function save() {
    try {
      writeAtomically(file, JSON.stringify([...entries.values()], null, 2));
    } catch {
      // A full disk must keep nobody from starting a process again, and least of all from stopping one.
      return;
    }
  }

  return {
    remember(name, pid) {
      entries.set(name, { name, pid, identity: identify(pid) });
      save();
    },
    forget(name) {
      if (entries.delete(name)) save();
    },
  };
}

/** Those of an earlier launcher that still run, checked to be the very same processes. */
export function leftovers(file) {
  let entries;
  try {
    entries = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
  return entries.filter(stillRuns);
}
