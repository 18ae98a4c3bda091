import type { Participant, Role } from '@xinlu/common/wire';
import type { Rule } from './rule.ts';

const ESSENTIAL: readonly Role[] = ['identity-provider', 'register'];

function lasting(participant: Participant, now: Date): boolean {
  return (
    Date.parse(participant.validFrom) <= now.getTime() &&
    (participant.validUntil === undefined || Date.parse(participant.validUntil) > now.getTime())
  );
}

/** Without the identity provider no operator could log in to undo the change: its last holder stays, and so does the register. */
export const checkEssentials: Rule = (participant, { others, now }) => {
  const all = [...others, participant].filter((one) => lasting(one, now));
  return ESSENTIAL.filter((role) => !all.some((one) => one.roles.includes(role))).map((role) => ({
    path: '/roles',
    code: 'essential-role-lost',
    message: `nobody would hold the role ${role}`,
  }));
};
