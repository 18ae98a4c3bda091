import type { Check } from '../state.ts';

/** Every set is kept; a name must satisfy all of them, which is their intersection and union as the RFC has it. */
export const addNameConstraints: Check = {
  rule: 'RFC 5280 6.1.4 (g)',
  run({ certificate, state }) {
    const { nameConstraints } = certificate.extensions;
    if (nameConstraints) state.nameConstraints = [...state.nameConstraints, nameConstraints];
    return undefined;
  },
};
