/** The newest tree of a log that this witness cosigned. */
export type Head = {
  readonly size: number;
  readonly root: Uint8Array;
  /** The checkpoint as it came, a signed note. */
  readonly checkpoint: string;
};

/**
 * What a witness never forgets: the newest head of each log. A change is durable once it returned, and atomic
 * across all processes that work on the same memory.
 */
export interface Heads {
  of(origin: string): Head | undefined;
  /** Puts `next` in the place of the head of size `before` (undefined: of none); false if another stands there by now. */
  advance(origin: string, before: number | undefined, next: Head): boolean;
  /** Keeps two checkpoints of one size that a log signed over different trees. */
  keepSplit(origin: string, standing: string, offered: string): void;
  /** What `keepSplit` kept: the proof that a log showed two trees of one size. */
  splits(): { readonly origin: string; readonly standing: string; readonly offered: string }[];
}
