import type { Anchor, AnchorQueue, AnchorState } from './anchor-queue.ts';
import type { LogStore } from './log-store.ts';

/** Numbers for operators and for the public page; nothing personal can stand in them. */
export type Standing = {
  readonly log: {
    readonly size: number;
    readonly published: number;
    readonly pending: number;
    readonly lagSeconds: number;
    /** Why the log stands still, by code; null while it goes on. */
    readonly fault: string | null;
  };
  readonly anchor: {
    readonly counts: Record<AnchorState, number>;
    readonly newest: Anchor | null;
    readonly newestFinal: Anchor | null;
    /** The chain's last fault, by code; null while it answers. */
    readonly fault: string | null;
  };
};

export async function standingOf(
  store: LogStore,
  queue: AnchorQueue,
  faults: { readonly log: string | null; readonly chain: string | null },
): Promise<Standing> {
  const [counts, anchors, open, finals] = await Promise.all([
    store.counts(),
    queue.counts(),
    queue.open(),
    queue.finals(1),
  ]);
  const newestFinal = finals[0] ?? null;
  const { oldestPendingSeconds: lagSeconds, ...log } = counts;
  return {
    log: { ...log, lagSeconds, fault: faults.log },
    anchor: { counts: anchors, newest: open.at(-1) ?? newestFinal, newestFinal, fault: faults.chain },
  };
}
