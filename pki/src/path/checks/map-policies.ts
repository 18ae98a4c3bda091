import { ANY_POLICY } from '../../asn1/oids.ts';
import type { Check } from '../state.ts';

export const mapPolicies: Check = {
  rule: 'RFC 5280 6.1.4 (a), (b) as replaced by RFC 9618 5.5',
  run({ certificate, state }) {
    const mappings = certificate.extensions.policyMappings;
    if (!mappings) return undefined;
    if (mappings.some((m) => m.issuerDomainPolicy === ANY_POLICY || m.subjectDomainPolicy === ANY_POLICY)) {
      return { code: 'policy-mapping-any', reason: 'A certificate maps from or to the policy anyPolicy' };
    }
    if (state.policyGraph === null) return undefined;
    state.policyGraph =
      state.policyMapping > 0
        ? state.policyGraph.withMappings(mappings)
        : state.policyGraph.withoutMapped(mappings);
    return undefined;
  },
};
