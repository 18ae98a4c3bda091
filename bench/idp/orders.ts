import { endProfile, type Parts, startProfile } from './profiler.ts';

/** What the bench tells a side's server process. */
export type Order = 'start-profile' | 'end-profile' | 'stop';
export type Profiled = { parts: Parts; profile: object };

/** Follows the orders of the bench; `close` ends the server. */
export function followOrders(close: () => Promise<void>): void {
  process.on('message', async (order: Order) => {
    if (order === 'stop') {
      await close();
      process.exit(0);
    }
    if (order === 'start-profile') await startProfile();
    process.send?.(order === 'end-profile' ? await endProfile() : {});
  });
}
