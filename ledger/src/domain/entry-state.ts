import type { AnchorQueue } from './anchor-queue.ts';
import type { StoredEntry } from './log-store.ts';

/** How far an entry is, in one word. */
export type EntryState = 'accepted' | 'integrated' | 'anchored' | 'final';

export async function stateOf(entry: StoredEntry, queue: AnchorQueue): Promise<EntryState> {
  if (entry.index === null) return 'accepted';
  const best = await queue.bestFor(entry.index);
  if (best?.state === 'final') return 'final';
  return best?.state === 'included' || best?.state === 'safe' ? 'anchored' : 'integrated';
}
