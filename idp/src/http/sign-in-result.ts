import type { Login, SignInResult } from '../domain/login/logins.ts';

/** What the protocol is told of a login. */
export function signInResult(login: Login): SignInResult {
  return {
    login: {
      accountId: login.personId,
      acr: login.acr,
      amr: [...login.amr],
      ts: Math.floor(login.startedAt.getTime() / 1000),
      remember: true,
      login_id: login.id,
    },
  };
}
