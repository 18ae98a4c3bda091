import type { EntryType } from '@xinlu/verifier';
import type { ReadTile, TilePlace } from './tree.ts';

/** An entry that was acknowledged; `index` is null until it has its place in the tree. */
export type StoredEntry = {
  readonly id: string;
  readonly type: EntryType;
  readonly issuer: string;
  readonly commitment: Uint8Array;
  readonly index: number | null;
};

export type StoredCheckpoint = {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note. */
  readonly note: string;
};

export type Tile = TilePlace & { readonly hashes: Uint8Array };

/** What one sequencer may do while it alone holds the head of the log. */
export interface SequencerSession {
  /** Size of the tree. */
  readonly size: number;
  /** Size of the newest published checkpoint; null before the first. */
  readonly publishedSize: number | null;
  readonly readTile: ReadTile;
  /** The oldest entries without a place, oldest first. */
  pending(limit: number): Promise<StoredEntry[]>;
  /** Gives entries their places, `firstIndex` onwards, and stores the grown tiles and the checkpoint over them. */
  grow(entries: readonly StoredEntry[], tiles: readonly Tile[], checkpoint: StoredCheckpoint): Promise<void>;
  /** The first checkpoint of a log, over no entries. */
  begin(checkpoint: StoredCheckpoint): Promise<void>;
  /** The checkpoint that was signed over this size, published or not. */
  checkpointAt(size: number): Promise<StoredCheckpoint | undefined>;
  /** Entries with these places, in order. */
  entriesFrom(index: number, limit: number): Promise<StoredEntry[]>;
  markPublished(size: number): Promise<void>;
}

/**
 * The durable truth of the log.
 *
 * `submit` returns only after the entry would survive the loss of every process. A session's changes become visible
 * all at once or not at all, and no two sessions run at the same time, across all processes.
 */
export interface LogStore {
  /** Idempotent by (issuer, commitment). Refuses `entry-conflict` if it stands under another type. */
  submit(entry: Omit<StoredEntry, 'index'>): Promise<{ entry: StoredEntry; created: boolean }>;
  entry(id: string): Promise<StoredEntry | undefined>;
  /** Runs alone, or not at all (undefined) while another session runs. */
  sequence<T>(work: (session: SequencerSession) => Promise<T>): Promise<T | undefined>;
  /** The newest published checkpoint. */
  published(): Promise<StoredCheckpoint | undefined>;
  /** A published checkpoint of exactly this size. */
  checkpointAt(size: number): Promise<StoredCheckpoint | undefined>;
  readTile: ReadTile;
  counts(): Promise<{ size: number; published: number; pending: number; oldestPendingSeconds: number }>;
}
