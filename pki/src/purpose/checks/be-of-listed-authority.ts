import { authorityOf } from '../authority.ts';
import type { PurposeCheck } from '../purpose.ts';

export const beOfListedAuthority: PurposeCheck = {
  rule: 'Login policy 6: issued by an authority that the policy lists with the kind of its holders',
  run: ({ path, authorities }) =>
    authorities === undefined || authorityOf(path, authorities) !== undefined
      ? undefined
      : {
          code: 'login-issuer-unlisted',
          reason: 'The authority that issued the certificate is not one of those whose cards may log in',
        },
};
