import { cosignersOf } from '../log/cosignature.ts';
import { parseNote } from '../log/signed-note.ts';
import { check, type Step } from './check.ts';

/**
 * Enough independent witnesses saw the checkpoint and found it to continue what they saw before, so the log cannot
 * show this tree to one reader and another to the next. Applies where the trust list names witnesses.
 */
export const checkWitnesses: Step = ({ file, trust }) => {
  const witnesses = trust?.log.witnesses;
  const note = file.proof && parseNote(file.proof.checkpoint);
  if (!witnesses || !note) return undefined;
  const count = cosignersOf(note, witnesses.keys).length;
  const values = { count: String(count), quorum: String(witnesses.quorum) };
  return count >= witnesses.quorum
    ? check('witnesses', 'pass', 'witnesses.enough', values)
    : check('witnesses', 'fail', 'witnesses.too-few', values);
};
