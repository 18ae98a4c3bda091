import type { Check } from '../state.ts';

export const processPolicies: Check = {
  rule: 'RFC 5280 6.1.3 (d), (e) as replaced by RFC 9618 5.4',
  run({ certificate, state, isLast }) {
    const { policies } = certificate.extensions;
    const anyPolicyCounts = state.inhibitAnyPolicy > 0 || (!isLast && certificate.isSelfIssued);
    state.policyGraph = policies
      ? (state.policyGraph?.withCertificatePolicies(policies, anyPolicyCounts) ?? null)
      : null;
    return undefined;
  },
};
