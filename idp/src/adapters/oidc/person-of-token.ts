import type Provider from 'oidc-provider';
import type { PersonOfToken } from '../../domain/envelope/envelopes.ts';

/** Looks our access tokens up; oidc-provider gives none whose session has ended. */
export function createPersonOfToken(provider: Provider): PersonOfToken {
  return async (accessToken, clientId) => {
    const token = await provider.AccessToken.find(accessToken);
    if (token === undefined || token.clientId !== clientId || token.isExpired) return undefined;
    return token.accountId;
  };
}
