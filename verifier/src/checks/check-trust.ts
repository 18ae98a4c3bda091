import { check, type Step } from './check.ts';

/** Roots come from outside the file only. */
export const checkTrust: Step = ({ trust, trustGiven }) => {
  if (trust) return check('trust', 'pass', 'trust.read', { version: String(trust.version) });
  return check('trust', 'unknown', trustGiven ? 'trust.not-genuine' : 'trust.missing');
};
