import type { Check } from '../state.ts';

/** Certificates before version 3 cannot say that they are authorities, and no other means is offered here. */
export const beAuthority: Check = {
  rule: 'RFC 5280 6.1.4 (k)',
  run: ({ certificate }) =>
    certificate.extensions.basicConstraints?.isAuthority
      ? undefined
      : {
          code: 'not-an-authority',
          reason: 'A certificate that issued another one is not a certificate authority',
        },
};
