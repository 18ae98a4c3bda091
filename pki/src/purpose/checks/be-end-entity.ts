import type { PurposeCheck } from '../purpose.ts';

export const beEndEntity: PurposeCheck = {
  rule: 'Login policy 3: the holder is not an authority',
  run: ({ path }) =>
    path.at(-1)?.extensions.basicConstraints?.isAuthority
      ? { code: 'login-authority', reason: 'The certificate of an authority cannot be used for logging in' }
      : undefined,
};
