import type { LogStore, StoredCheckpoint } from './log-store.ts';
import type { ReadTile } from './tree.ts';

/** Keeps the newest used of its entries, at most `limit`. */
function recentlyUsed<Value>(limit: number) {
  const kept = new Map<string, Value>();
  return {
    get(key: string): Value | undefined {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key: string, value: Value): void {
      kept.delete(key);
      kept.set(key, value);
      const [oldest] = kept.keys();
      if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    },
  };
}

/**
 * Remembers tiles. What a tile holds never changes, it only grows, so one that is long enough is right for ever.
 * 1,024 tiles are at most 8 MB and stand for the paths of 262,144 leaves.
 */
export function rememberTiles(readTile: ReadTile, limit = 1_024): ReadTile {
  const kept = recentlyUsed<Uint8Array>(limit);
  return async (place, atLeast) => {
    const key = `${place.level}/${place.position}`;
    const standing = kept.get(key);
    if (standing && standing.length >= atLeast * 32) return standing;
    const tile = await readTile(place, atLeast);
    kept.set(key, tile);
    return tile;
  };
}

/** Remembers published checkpoints, which never change. For answering readers: whatever guards the log asks the store itself. */
export function rememberCheckpoints(checkpointAt: LogStore['checkpointAt'], limit = 1_024) {
  const kept = recentlyUsed<StoredCheckpoint>(limit);
  return async (size: number): Promise<StoredCheckpoint | undefined> => {
    const standing = kept.get(String(size));
    if (standing) return standing;
    const found = await checkpointAt(size);
    if (found) kept.set(String(size), found);
    return found;
  };
}
