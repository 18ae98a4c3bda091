import type { UnverifiedCertificate } from '../../certificate/parse.ts';
import type { Check, PathState } from '../state.ts';

const lower = (counter: number): number => (counter > 0 ? counter - 1 : 0);

/** RFC 5280 6.1.4 (i) and (j): constraints can only become stricter. */
export function tightenPolicyCounters(certificate: UnverifiedCertificate, state: PathState): void {
  const { policyConstraints, inhibitAnyPolicy } = certificate.extensions;
  state.explicitPolicy = Math.min(state.explicitPolicy, policyConstraints?.requireExplicit ?? Infinity);
  state.policyMapping = Math.min(state.policyMapping, policyConstraints?.inhibitMapping ?? Infinity);
  state.inhibitAnyPolicy = Math.min(state.inhibitAnyPolicy, inhibitAnyPolicy ?? Infinity);
}

export const countPoliciesDown: Check = {
  rule: 'RFC 5280 6.1.4 (h), (i), (j)',
  run({ certificate, state }) {
    if (!certificate.isSelfIssued) {
      state.explicitPolicy = lower(state.explicitPolicy);
      state.policyMapping = lower(state.policyMapping);
      state.inhibitAnyPolicy = lower(state.inhibitAnyPolicy);
    }
    tightenPolicyCounters(certificate, state);
    return undefined;
  },
};
