import type { TrustedKey } from '../trust/trust-list.ts';
import { check, claimedSigner, type Step } from './check.ts';
import { clockToleranceMs, toTime } from './check-time.ts';
import { timeValues } from './times.ts';

/** Whether a key was in force at a time that its owner names; says nothing about revocation. */
export function inForce({ from, until }: TrustedKey, moment: number): 'yes' | 'early' | 'expired' {
  if (moment < from.getTime() - clockToleranceMs) return 'early';
  return until && moment >= until.getTime() ? 'expired' : 'yes';
}

/**
 * The key was in force when it signed, and not revoked before. Who stole a key can write any time into a document, but
 * cannot put it into the log before the revocation: the place in the log decides, not the time that the document names.
 */
export const checkKey: Step = (subject) => {
  const { jwt } = subject.file.document;
  const key = claimedSigner(subject, jwt.header);
  const issued = toTime(jwt.payload['iat']);
  if (!key || issued === undefined) return undefined;
  const force = inForce(key, issued);
  if (force === 'early') return check('key', 'fail', 'key.early', timeValues('from', key.from));
  if (force === 'expired')
    return check('key', 'fail', 'key.expired', timeValues('until', key.until ?? key.from));
  if (!key.revoked) return check('key', 'pass', 'key.in-force');
  const { at, logIndex } = key.revoked;
  const index = subject.file.proof?.index;
  if (index === undefined) return check('key', 'unknown', 'key.revoked-unlogged', timeValues('at', at));
  const values = { ...timeValues('at', at), index: String(index), limit: String(logIndex) };
  return index < logIndex
    ? check('key', 'pass', 'key.revoked-later', values)
    : check('key', 'fail', 'key.revoked', values);
};
