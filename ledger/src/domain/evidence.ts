import { base64url } from '@xinlu/common/canonical';
import { refused, retryable } from '@xinlu/common/errors';
import { type AnchorStatement, formatTlogProof } from '@xinlu/verifier';
import type { Anchor, AnchorQueue, AnchorState } from './anchor-queue.ts';
import type { Cosignatures } from './cosignatures.ts';
import type { LogStore, StoredCheckpoint } from './log-store.ts';
import { inclusionPath } from './tree.ts';

export type EvidenceSources = {
  readonly store: LogStore;
  readonly queue: AnchorQueue;
  readonly cosignatures: Cosignatures;
  /** Signs the ledger's statement about an anchor; undefined while there is no anchor contract. */
  readonly stateAnchor: ((anchor: Anchor) => Promise<string>) | undefined;
};

export type Evidence = {
  /** C2SP tlog-proof, its checkpoint cosigned by as many witnesses as the log asks for */
  readonly proof: string;
  /** Signed anchor statement, compact JWS; null until the checkpoint is in a block. */
  readonly anchor: string | null;
  readonly state: 'integrated' | AnchorState;
};

/**
 * What proves that an entry stands in the log: its inclusion in the checkpoint whose anchor is most settled.
 * Refuses `not-yet` (409) while the entry has no place in a published checkpoint.
 */
export async function evidenceFor(
  id: string,
  { store, queue, cosignatures, stateAnchor }: EvidenceSources,
): Promise<Evidence> {
  const entry = await store.entry(id);
  if (!entry) throw refused('entry-unknown', 'There is no entry with this id.', { status: 404 });
  const index = entry.index;
  const best = index === null || !stateAnchor ? undefined : await queue.bestFor(index);
  const checkpoint = best
    ? await store.checkpointAt(best.size)
    : index === null
      ? undefined
      : await bestCheckpoint(index, store, cosignatures);
  if (index === null || !checkpoint || checkpoint.size <= index) {
    throw refused('not-yet', 'The entry is acknowledged and not yet in a published checkpoint.', {
      status: 409,
    });
  }
  const path = await inclusionPath(store.readTile, index, checkpoint.size);
  const cosigned = [checkpoint.note, ...(await cosignatures.linesFor(checkpoint.size))].join('');
  const proof = formatTlogProof({ index, path, checkpoint: cosigned });
  if (!best) return { proof, anchor: null, state: 'integrated' };
  return { proof, anchor: best.place && stateAnchor ? await stateAnchor(best) : null, state: best.state };
}

/** Over the leaf, and seen by the witnesses if they have seen one; else the newest. */
async function bestCheckpoint(
  index: number,
  store: LogStore,
  cosignatures: Cosignatures,
): Promise<StoredCheckpoint | undefined> {
  const size = await cosignatures.newest();
  return size !== undefined && size > index ? store.checkpointAt(size) : store.published();
}

/** The claims of a statement about an anchor that a block holds. */
export function anchorClaims(
  anchor: Anchor,
  about: { issuer: string; origin: string; chainId: number; contract: string; issuedAt: number },
): AnchorStatement {
  const { place, state } = anchor;
  if (!place || state === 'queued' || state === 'sent') {
    throw retryable('anchor-not-placed', 'The anchor is not in a block.');
  }
  return {
    iss: about.issuer,
    iat: about.issuedAt,
    log: about.origin,
    size: anchor.size,
    root: base64url(anchor.root),
    chain_id: about.chainId,
    contract: about.contract,
    transaction: place.transaction,
    block_number: place.blockNumber,
    block_hash: place.blockHash,
    state,
  };
}
