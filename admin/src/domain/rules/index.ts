import type { Participant } from '@xinlu/common/wire';
import { checkAddresses } from './check-addresses.ts';
import { checkCertificateAuthority } from './check-certificate-authority.ts';
import { checkClient } from './check-client.ts';
import { checkDates } from './check-dates.ts';
import { checkEssentials } from './check-essentials.ts';
import { checkKeys } from './check-keys.ts';
import { checkPast } from './check-past.ts';
import { checkResources } from './check-resources.ts';
import { checkRoles } from './check-roles.ts';
import { checkSector } from './check-sector.ts';
import { checkText } from './check-text.ts';
import { checkUnique } from './check-unique.ts';
import type { Fault, Rule, RuleContext } from './rule.ts';

const RULES: readonly Rule[] = [
  checkText,
  checkUnique,
  checkDates,
  checkRoles,
  checkKeys,
  checkPast,
  checkAddresses,
  checkSector,
  checkClient,
  checkResources,
  checkCertificateAuthority,
  checkEssentials,
];

/** Every fault of a participant within the version that would result. */
export function faultsOf(participant: Participant, context: RuleContext): Fault[] {
  return RULES.flatMap((rule) => rule(participant, context));
}

export { isPlainText } from './check-text.ts';
export type { Fault, RuleContext } from './rule.ts';
