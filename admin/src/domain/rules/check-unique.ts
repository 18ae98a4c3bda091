import type { Fault, Rule } from './rule.ts';

/** Id and OID name one organisation; a redirect address leads to one party. */
export const checkUnique: Rule = (participant, { others }) => {
  const faults: Fault[] = [];
  if (others.some((other) => other.id === participant.id))
    faults.push({ path: '/id', code: 'id-taken', message: 'belongs to another participant' });
  if (others.some((other) => other.oid === participant.oid))
    faults.push({ path: '/oid', code: 'oid-taken', message: 'belongs to another participant' });
  const taken = new Set(others.flatMap((other) => other.relyingParty?.redirectUris ?? []));
  for (const [index, address] of (participant.relyingParty?.redirectUris ?? []).entries()) {
    if (taken.has(address))
      faults.push({
        path: `/relyingParty/redirectUris/${index}`,
        code: 'redirect-taken',
        message: 'belongs to another participant',
      });
  }
  return faults;
};
