import type { Check } from '../state.ts';

export const limitPathLength: Check = {
  rule: 'RFC 5280 6.1.4 (l), (m)',
  run({ certificate, state }) {
    if (!certificate.isSelfIssued) {
      if (state.maxPathLength <= 0)
        return { code: 'path-too-long', reason: 'An authority above allows fewer authorities below it' };
      state.maxPathLength -= 1;
    }
    const { basicConstraints } = certificate.extensions;
    state.maxPathLength = Math.min(state.maxPathLength, basicConstraints?.pathLength ?? Infinity);
    return undefined;
  },
};
