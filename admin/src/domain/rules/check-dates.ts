import type { Fault, Rule } from './rule.ts';

/** Real moments, the first before the last. */
export const checkDates: Rule = ({ validFrom, validUntil }) => {
  const faults: Fault[] = [];
  const from = Date.parse(validFrom);
  if (Number.isNaN(from)) faults.push({ path: '/validFrom', code: 'date-unreal', message: 'is not a date' });
  if (validUntil === undefined) return faults;
  const until = Date.parse(validUntil);
  if (Number.isNaN(until))
    faults.push({ path: '/validUntil', code: 'date-unreal', message: 'is not a date' });
  else if (until <= from)
    faults.push({ path: '/validUntil', code: 'date-order', message: 'must be later than validFrom' });
  return faults;
};
