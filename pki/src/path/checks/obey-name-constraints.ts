import { checkNames } from '../../name-constraints/check.ts';
import type { Check } from '../state.ts';

/** Self-issued certificates in the middle of a path are exempt; the last certificate never is. */
export const obeyNameConstraints: Check = {
  rule: 'RFC 5280 6.1.3 (b), (c)',
  run({ certificate, state, isLast }) {
    if (state.nameConstraints.length === 0 || (!isLast && certificate.isSelfIssued)) return undefined;
    return checkNames(certificate, state.nameConstraints);
  },
};
