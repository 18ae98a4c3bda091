import type { Participant } from '@xinlu/common/wire';
import type { Fault, Rule } from './rule.ts';

/** Real moments in their order, and no key that was revoked or has expired among those in use. */
export const checkPast: Rule = ({ past, keys, validFrom }, { now }) => [
  ...(past?.keys ?? []).flatMap((record, index) =>
    faultsOfRecord(record, `/past/keys/${index}`, { keys, now }),
  ),
  ...(past?.entitlements ?? []).flatMap(({ from, until }, index) =>
    faultsOfTerm(from, until, `/past/entitlements/${index}`),
  ),
  ...(past?.entitlements ?? []).flatMap(({ from }, index) =>
    Date.parse(from) < Date.parse(validFrom)
      ? [{ path: `/past/entitlements/${index}/from`, code: 'date-order', message: 'is before validFrom' }]
      : [],
  ),
];

type KeyRecord = NonNullable<NonNullable<Participant['past']>['keys']>[number];

function faultsOfRecord(
  { key, from, until, revoked }: KeyRecord,
  path: string,
  { keys, now }: { keys: Participant['keys']; now: Date },
): Fault[] {
  const faults = faultsOfTerm(from, until, path);
  if (key.use !== 'sig')
    faults.push({ path: `${path}/key`, code: 'key-not-signing', message: 'must be a signing key' });
  if (revoked !== undefined && Number.isNaN(Date.parse(revoked.at)))
    faults.push({ path: `${path}/revoked/at`, code: 'date-unreal', message: 'is not a date' });
  const isInUse = keys.some(({ kid }) => kid === key.kid);
  const isOver = revoked !== undefined || (until !== undefined && Date.parse(until) <= now.getTime());
  if (isInUse && isOver)
    faults.push({ path, code: 'key-still-in-use', message: 'is over and must not stand among the keys' });
  return faults;
}

function faultsOfTerm(from: string, until: string | undefined, path: string): Fault[] {
  const [start, end] = [Date.parse(from), until === undefined ? undefined : Date.parse(until)];
  const unreal = { code: 'date-unreal', message: 'is not a date' };
  if (Number.isNaN(start)) return [{ path: `${path}/from`, ...unreal }];
  if (end === undefined) return [];
  if (Number.isNaN(end)) return [{ path: `${path}/until`, ...unreal }];
  return end <= start
    ? [{ path: `${path}/until`, code: 'date-order', message: 'must be later than from' }]
    : [];
}
