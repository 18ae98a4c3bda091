import { kinds } from '../document/kinds.ts';
import type { UnverifiedFile } from '../file/xinlu-file.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import { commitTo, encodeEntry } from '../log/entry.ts';
import { parseNote } from '../log/signed-note.ts';
import { leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/inclusion.ts';
import { check, type Step } from './check.ts';

/** The checkpoint that a file claims; its signature is `checkCheckpoint`'s matter. */
export function claimedCheckpoint(file: UnverifiedFile): Checkpoint | undefined {
  const note = file.proof && parseNote(file.proof.checkpoint);
  return note && parseCheckpoint(note.text);
}

/** The document itself, by its salted commitment, stands in the tree of the checkpoint. */
export const checkLog: Step = ({ file }) => {
  if (!file.proof) return check('log', 'unknown', 'log.missing');
  const checkpoint = claimedCheckpoint(file);
  const leaf = expectedLeaf(file);
  const included =
    checkpoint &&
    leaf &&
    verifyInclusion({
      leafIndex: file.proof.index,
      treeSize: checkpoint.size,
      root: checkpoint.root,
      leafHash: leaf,
      proof: file.proof.path,
    });
  if (!included) return check('log', 'fail', 'log.not-included');
  return check('log', 'pass', 'log.included', {
    index: String(file.proof.index),
    size: String(checkpoint.size),
  });
};

/** The leaf is computed from the document, never taken from the file. */
function expectedLeaf({ document, salt }: UnverifiedFile): Uint8Array | undefined {
  const { iss } = document.jwt.payload;
  if (typeof iss !== 'string' || !/^[a-z0-9-]{1,64}$/.test(iss)) return undefined;
  const commitment = commitTo(document.jwt.compact, salt);
  return leafHash(encodeEntry({ type: kinds[document.kind].entryType, issuer: iss, commitment }));
}
