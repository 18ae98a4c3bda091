import { fatal, isAppError } from '@xinlu/common/errors';
import {
  type AddCheckpoint,
  cosignatureLine,
  type NoteKey,
  parseNote,
  verifyCosignature,
} from '@xinlu/verifier';
import type { Cosignatures } from './cosignatures.ts';
import type { LogStore, StoredCheckpoint } from './log-store.ts';
import { consistencyPath } from './tree.ts';

/** What a witness answers (C2SP tlog-witness, "add-checkpoint"). */
export type WitnessAnswer =
  /** Signature lines, unverified. */
  | { readonly outcome: 'cosigned'; readonly lines: string }
  /** The tree that it cosigned last has another size than the request said. */
  | { readonly outcome: 'holds'; readonly size: number }
  /** It takes the request for what it is and does not sign: 403, 404 or 422. */
  | { readonly outcome: 'refused'; readonly status: number };

/** A witness behind its address. Rejects with a retryable `witness-away` if it does not answer as one. */
export interface Witness {
  readonly key: NoteKey;
  addCheckpoint(request: AddCheckpoint): Promise<WitnessAnswer>;
}

export type WitnessPolicy = { readonly quorum: number; readonly witnesses: readonly Witness[] };

export type Witnessing = {
  readonly store: Pick<LogStore, 'published' | 'readTile'>;
  readonly cosignatures: Cosignatures;
  readonly policy: WitnessPolicy;
};

/** How each witness stands: the code of its last fault by its name, null while it signs. */
export type WitnessFaults = ReadonlyMap<string, string | null>;

/**
 * One round: asks each witness to cosign the newest published checkpoint. They are asked side by side; one that is
 * away or refuses holds up no other.
 *
 * @returns undefined if another process is at it, or if there is nothing to sign yet
 */
export async function witnessOnce(witnessing: Witnessing): Promise<WitnessFaults | undefined> {
  return witnessing.cosignatures.alone(async () => {
    const checkpoint = await witnessing.store.published();
    if (!checkpoint || checkpoint.size === 0) return new Map();
    const faults = witnessing.policy.witnesses.map(async (witness): Promise<[string, string | null]> => {
      try {
        await askWitness(witness, checkpoint, witnessing);
        return [witness.key.name, null];
      } catch (error) {
        return [witness.key.name, isAppError(error) ? error.code : 'witness-away'];
      }
    });
    return new Map(await Promise.all(faults));
  });
}

async function askWitness(
  witness: Witness,
  checkpoint: StoredCheckpoint,
  { store, cosignatures }: Witnessing,
): Promise<void> {
  let oldSize = await cosignatures.lastSize(witness.key);
  if (oldSize >= checkpoint.size) return;
  // Once more with the size that it says: an answer of before may have been lost.
  for (let tries = 0; tries < 2; tries++) {
    const proof = oldSize === 0 ? [] : await consistencyPath(store.readTile, oldSize, checkpoint.size);
    const answer = await witness.addCheckpoint({ oldSize, proof, checkpoint: checkpoint.note });
    if (answer.outcome === 'cosigned') {
      await cosignatures.keep(checkpoint.size, witness.key, verifiedLine(answer.lines, checkpoint, witness));
      return;
    }
    if (answer.outcome === 'refused' || answer.size === oldSize) throw otherHistory(witness);
    if (answer.size > checkpoint.size) throw otherHistory(witness);
    oldSize = answer.size;
  }
  throw otherHistory(witness);
}

/** Nothing is kept but the cosignature of the key that was asked, in its own spelling. */
function verifiedLine(lines: string, { note }: StoredCheckpoint, { key }: Witness): string {
  const parsed = parseNote(note + lines);
  const time = parsed && verifyCosignature(parsed, key);
  const signature = parsed?.signatures.find(
    ({ name, keyId }) => name === key.name && Buffer.compare(keyId, key.id) === 0,
  );
  if (time === undefined || !signature) {
    throw fatal('witness-signs-wrongly', `The witness ${key.name} answered with no cosignature of its key.`);
  }
  return cosignatureLine(key, time, signature.signature.slice(8));
}

function otherHistory({ key }: Witness) {
  return fatal('witness-refuses', `The witness ${key.name} does not take this tree for a continuation.`);
}
