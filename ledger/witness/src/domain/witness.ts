import {
  type Checkpoint,
  cosignatureLine,
  cosignedText,
  emptyRoot,
  type NoteKey,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
  verifyNote,
} from '@xinlu/verifier';
import type { Head, Heads } from './heads.ts';

export type Witness = {
  readonly heads: Heads;
  /** The logs it watches: origin and key. */
  readonly logs: readonly NoteKey[];
  readonly key: NoteKey;
  /** Raw 64-byte Ed25519 signature. */
  readonly sign: (text: string) => Uint8Array;
  /** Seconds since the epoch. */
  readonly now: () => number;
};

/** What the witness says to a request, as HTTP status and body (C2SP tlog-witness, "add-checkpoint"). */
export type Answer =
  | { readonly status: 200; readonly body: string }
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly body: string };

/**
 * Cosigns a checkpoint that continues what this witness saw of the log. The head moves before the signature is
 * made: whatever dies in between, two trees of one size are never both cosigned.
 */
export function addCheckpoint(witness: Witness, body: string): Answer {
  const request = parseAddCheckpoint(body);
  const note = request && parseNote(request.checkpoint);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint) return { status: 400, body: 'malformed\n' };
  const log = witness.logs.find(({ name }) => name === checkpoint.origin);
  if (!log) return { status: 404, body: 'this log is not known here\n' };
  if (!verifyNote(note, log)) return { status: 403, body: 'not signed by the log\n' };
  const { oldSize, proof } = request;
  if (oldSize > checkpoint.size) return { status: 400, body: 'the old size is larger than the new\n' };

  const head = witness.heads.of(checkpoint.origin);
  if (oldSize !== (head?.size ?? 0)) return { status: 409, size: head?.size ?? 0 };
  if (oldSize === checkpoint.size && !isSameRoot(head, checkpoint)) {
    if (head) witness.heads.keepSplit(checkpoint.origin, head.checkpoint, request.checkpoint);
    return { status: 409, size: oldSize };
  }
  if (!continues(head, checkpoint, proof)) return { status: 422, body: 'the proof does not verify\n' };
  const next = { size: checkpoint.size, root: checkpoint.root, checkpoint: request.checkpoint };
  if (!witness.heads.advance(checkpoint.origin, head?.size, next)) {
    return { status: 409, size: witness.heads.of(checkpoint.origin)?.size ?? 0 };
  }
  const time = witness.now();
  return {
    status: 200,
    body: cosignatureLine(witness.key, time, witness.sign(cosignedText(time, note.text))),
  };
}

function isSameRoot(head: Head | undefined, { root }: Checkpoint): boolean {
  return Buffer.compare(head?.root ?? emptyRoot, root) === 0;
}

function continues(head: Head | undefined, next: Checkpoint, proof: readonly Uint8Array[]): boolean {
  // From nothing there is nothing to continue: the first tree is believed, and every later one must contain it.
  if (!head || head.size === 0) return proof.length === 0;
  const sizes = { size1: head.size, root1: head.root, size2: next.size, root2: next.root };
  return verifyConsistency({ ...sizes, proof });
}
