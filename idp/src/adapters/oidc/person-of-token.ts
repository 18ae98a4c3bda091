import type Provider from 'oidc-provider';
import type { PersonOfToken } from '../../domain/envelope/envelopes.ts';
import type { LoginStore } from '../../domain/login/logins.ts';
import type { Delegations } from './delegations.ts';

type OfSession = { jti: string; sessionUid?: string | undefined; accountId?: string | undefined };

/** Whether the login that a code or token was given under still lives, whatever the provider's own session says. */
export async function ofLiveLogin(logins: LoginStore, artefact: OfSession): Promise<boolean> {
  const { sessionUid, accountId } = artefact;
  if (sessionUid === undefined || accountId === undefined) return false;
  return (await logins.liveHolder(sessionUid)) === accountId;
}

/** Looks our access tokens up; one whose login has ended is good for nothing. */
export function createPersonOfToken(
  provider: Provider,
  logins: LoginStore,
  delegations: Delegations,
): PersonOfToken {
  return async (accessToken, clientId) => {
    const token = await provider.AccessToken.find(accessToken);
    if (token === undefined || token.clientId !== clientId || token.isExpired) return undefined;
    if (!(await ofLiveLogin(logins, token))) return undefined;
    const delegation = await delegations.of(token);
    if (delegation === 'ended') return undefined;
    const { accountId } = token;
    // Whose data it is about: by a mandate, the principal's and never the actor's.
    if (delegation === undefined) return { principalId: accountId, actorId: accountId };
    return { principalId: delegation.principalId, actorId: accountId, mandateId: delegation.mandate.id };
  };
}
