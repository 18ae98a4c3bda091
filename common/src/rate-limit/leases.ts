import type { KeyValue } from '../kv/index.ts';

/** Uses taken at once: a twentieth of the limit, so a small limit is counted one by one. */
const SHARE = 20;
/** Keys remembered at most; above, all are forgotten, and the store counts on. */
const REMEMBERED = 20_000;

type Lease = { left: number; until: number; asking?: Promise<boolean> };

/**
 * Uses within a window are taken from the common store in small lots and then given out by this process alone, so that most
 * uses ask nobody. A lot is counted in full when it is taken: in one window of the store never more than the limit are taken,
 * by however many processes. What is left of a lot can be used for one window after it was taken.
 */
export function createLeases(kv: KeyValue, name: string, limit: number, windowSeconds: number) {
  const lot = Math.max(1, Math.floor(limit / SHARE));
  const lots = Math.floor(limit / lot);
  const held = new Map<string, Lease>();

  /** One lot more from the store, if the window still has one. */
  async function ask(key: string, lease: Lease): Promise<boolean> {
    const taken = await kv.increment(`rate:${name}:${key}`, windowSeconds);
    if (taken > lots) return false;
    lease.left = lot;
    return true;
  }

  return {
    /** Whether one more use is within the limit. */
    async take(key: string): Promise<boolean> {
      const now = Date.now();
      let lease = held.get(key);
      if (lease === undefined || lease.until <= now) {
        if (held.size >= REMEMBERED) held.clear();
        lease = { left: 0, until: now + windowSeconds * 1000 };
        held.set(key, lease);
      }
      while (lease.left === 0) {
        lease.asking ??= ask(key, lease).finally(() => {
          delete lease.asking;
        });
        if (!(await lease.asking)) return false;
      }
      lease.left -= 1;
      return true;
    },
  };
}
