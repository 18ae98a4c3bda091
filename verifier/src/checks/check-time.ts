import { check, type Step } from './check.ts';
import { timeValues } from './times.ts';

/** Clocks of issuer and verifier may differ by this much. */
export const clockToleranceMs = 60_000;

/** The moment asked about lies within the document's own times (RFC 7519, section 4.1). */
export const checkTime: Step = ({ file: { document }, at }) => {
  const { iat, nbf, exp } = document.jwt.payload;
  const issued = toTime(iat);
  const from = nbf === undefined ? issued : toTime(nbf);
  // A receipt is a record of what was, so it does not expire with the consent that it records.
  const until = exp === undefined || document.kind !== 'credential' ? Number.POSITIVE_INFINITY : toTime(exp);
  if (issued === undefined || from === undefined || until === undefined) {
    return check('time', 'fail', 'time.malformed');
  }
  const now = at.getTime();
  if (now < Math.max(issued, from) - clockToleranceMs) {
    return check('time', 'fail', 'time.early', timeValues('from', new Date(Math.max(issued, from))));
  }
  if (now >= until) return check('time', 'fail', 'time.late', timeValues('until', new Date(until)));
  return check('time', 'pass', 'time.within', timeValues('at', at));
};

/** A NumericDate as milliseconds, if it is one that a calendar can hold. */
export function toTime(seconds: unknown): number | undefined {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || Math.abs(seconds) > 1e11) return undefined;
  return seconds * 1000;
}
