import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * A log file that is put aside as `.1` once it reaches its size. A disk without room loses log lines, never the
 * service that wrote them.
 * @param {string} path
 * @param {{ maxBytes?: number, onFault?: (error: Error) => void }} [options]
 */
export function openLogFile(path, { maxBytes = 10_000_000, onFault } = {}) {
  let file = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;
  let faulty = false;

  function rotate() {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openSync(path, 'a', 0o600);
    size = 0;
  }

  return {
    write(text) {
      try {
        if (size >= maxBytes) rotate();
        size += writeSync(file, text);
        faulty = false;
      } catch (error) {
        if (!faulty) onFault?.(error);
        faulty = true;
      }
    },
    close: () => closeSync(file),
  };
}
