import { parseCheckpoint } from '../log/checkpoint.ts';
import { parseNote, verifyNote } from '../log/signed-note.ts';
import { check, type Step } from './check.ts';

/** The checkpoint is the trusted log's own. */
export const checkCheckpoint: Step = ({ file, trust }) => {
  if (!file.proof) return check('checkpoint', 'unknown', 'checkpoint.missing');
  if (!trust) return check('checkpoint', 'unknown', 'checkpoint.no-trust');
  const note = parseNote(file.proof.checkpoint);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint || checkpoint.origin !== trust.log.origin || !verifyNote(note, trust.log.key))
    return check('checkpoint', 'fail', 'checkpoint.wrong');
  return check('checkpoint', 'pass', 'checkpoint.signed', { origin: checkpoint.origin });
};
