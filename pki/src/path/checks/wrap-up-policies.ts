import type { Check } from '../state.ts';

export const wrapUpPolicies: Check = {
  rule: 'RFC 5280 6.1.5 (a), (b), (g) as replaced by RFC 9618 5.6',
  run({ certificate, state }) {
    if (state.explicitPolicy > 0) state.explicitPolicy -= 1;
    if (certificate.extensions.policyConstraints?.requireExplicit === 0) state.explicitPolicy = 0;
    state.constrainedPolicies = state.policyGraph?.constrainedPolicies(state.acceptablePolicies) ?? [];
    return state.explicitPolicy > 0 || state.constrainedPolicies.length > 0
      ? undefined
      : {
          code: 'policy-not-accepted',
          reason: 'The path has none of the certificate policies that are asked for',
        };
  },
};
