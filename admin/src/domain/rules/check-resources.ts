import { sectorsOf } from './check-sector.ts';
import type { Fault, Rule } from './rule.ts';

/**
 * A resource (RFC 8707) is one participant's and lies at that participant's own address, so that nobody can draw
 * tokens to itself that are meant for another; a party asks only for resources that somebody in the register serves.
 */
export const checkResources: Rule = (participant, { others }) => {
  const own = participant.resources ?? [];
  const faults: Fault[] = [];
  const taken = new Set(others.flatMap((other) => (other.resources ?? []).map((one) => one.identifier)));
  const home = URL.canParse(participant.homepage) ? new URL(participant.homepage).origin : undefined;
  for (const [index, { identifier }] of own.entries()) {
    const path = `/resources/${index}/identifier`;
    if (taken.has(identifier) || own.findIndex((one) => one.identifier === identifier) !== index)
      faults.push({ path, code: 'resource-taken', message: 'belongs to another resource' });
    if (URL.canParse(identifier) && new URL(identifier).origin !== home)
      faults.push({
        path,
        code: 'resource-other-host',
        message: 'does not lie at the homepage of the participant',
      });
  }
  // Without a party of its own it learns subjects in the sector of the host.
  const held = new Set(others.flatMap(sectorsOf));
  if (participant.relyingParty === undefined && sectorsOf(participant).some((sector) => held.has(sector)))
    faults.push({
      path: '/resources',
      code: 'sector-taken',
      message: 'lies in the sector of another participant',
    });
  const served = new Set([...taken, ...own.map((one) => one.identifier)]);
  for (const [index, identifier] of (participant.relyingParty?.client?.resources ?? []).entries()) {
    if (!served.has(identifier))
      faults.push({
        path: `/relyingParty/client/resources/${index}`,
        code: 'resource-unknown',
        message: 'is served by nobody in the register',
      });
  }
  return faults;
};
