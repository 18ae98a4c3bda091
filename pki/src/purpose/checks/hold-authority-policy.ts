import { authorityOf } from '../authority.ts';
import type { PurposeCheck } from '../purpose.ts';

/** `policies` is what the path as a whole stands for (RFC 5280 6.1.6), not what the certificate claims. */
export const holdAuthorityPolicy: PurposeCheck = {
  rule: 'Login policy 7: under one of the certificate policies that count for its authority',
  run({ path, policies, authorities }) {
    const authority = authorities && authorityOf(path, authorities);
    return authority === undefined || authority.policies.some((policy) => policies.includes(policy))
      ? undefined
      : {
          code: 'login-issuer-policy',
          reason: 'The certificate is under none of the policies that count for the authority that issued it',
        };
  },
};
