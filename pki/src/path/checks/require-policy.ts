import type { Check } from '../state.ts';

export const requirePolicy: Check = {
  rule: 'RFC 5280 6.1.3 (f)',
  run: ({ state }) =>
    state.explicitPolicy > 0 || state.policyGraph !== null
      ? undefined
      : { code: 'policy-missing', reason: 'The path must have a certificate policy and has none' },
};
