import type { Anchor, AnchorQueue, AnchorState } from './anchor-queue.ts';
import type { Cosignatures } from './cosignatures.ts';
import type { LogStore } from './log-store.ts';
import type { WitnessFaults } from './witnessing.ts';

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
  /** Null where the log asks no witnesses. */
  readonly witnesses: {
    readonly quorum: number;
    /** The newest size that enough of them cosigned; 0 if none. */
    readonly size: number;
    /** Each by name, with the code of its last fault; null while it signs. */
    readonly each: readonly { readonly name: string; readonly fault: string | null }[];
  } | null;
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
  witnesses?: {
    readonly quorum: number;
    readonly cosignatures: Cosignatures;
    readonly faults: WitnessFaults;
  },
): Promise<Standing> {
  const [counts, anchors, open, finals, witnessed] = await Promise.all([
    store.counts(),
    queue.counts(),
    queue.open(),
    queue.finals(1),
    witnesses?.cosignatures.newest(),
  ]);
  const newestFinal = finals[0] ?? null;
  const { oldestPendingSeconds: lagSeconds, ...log } = counts;
  return {
    log: { ...log, lagSeconds, fault: faults.log },
    witnesses: witnesses
      ? {
          quorum: witnesses.quorum,
          size: witnessed ?? 0,
          each: [...witnesses.faults].map(([name, fault]) => ({ name, fault })),
        }
      : null,
    anchor: { counts: anchors, newest: open.at(-1) ?? newestFinal, newestFinal, fault: faults.chain },
  };
}
