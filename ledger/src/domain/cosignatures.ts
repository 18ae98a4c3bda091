import type { NoteKey } from '@xinlu/verifier';

/** What the witnesses have signed, durable. Cosignatures of keys that are no longer in the policy do not count. */
export interface Cosignatures {
  /** Runs alone across all processes, or not at all (undefined). */
  alone<T>(work: () => Promise<T>): Promise<T | undefined>;
  keep(size: number, witness: NoteKey, line: string): Promise<void>;
  /** Size of the largest tree that a witness cosigned; 0 if none. */
  lastSize(witness: NoteKey): Promise<number>;
  /** Signature lines over the checkpoint of this size: as many as are needed, or all that there are. */
  linesFor(size: number): Promise<string[]>;
  /** The newest published size that enough witnesses cosigned. */
  newest(): Promise<number | undefined>;
}

/** A log that asks no witnesses. */
export const noCosignatures: Cosignatures = {
  alone: async () => undefined,
  keep: async () => undefined,
  lastSize: async () => 0,
  linesFor: async () => [],
  newest: async () => undefined,
};
