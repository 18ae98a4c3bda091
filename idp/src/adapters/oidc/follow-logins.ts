import type { KoaContextWithOIDC } from 'oidc-provider';
import { learnsName } from '../../domain/login/learns-name.ts';
import type { LoginStore, SignInResult } from '../../domain/login/logins.ts';
import { isDelegated } from './delegations.ts';

/**
 * Keeps our logins in step with oidc-provider's sessions: an authorization notes the organisation and ties the login to
 * the session, a logout there ends the login here.
 */
export async function followLogins(ctx: KoaContextWithOIDC, logins: LoginStore): Promise<void> {
  const { session, entities, client, route } = ctx.oidc;
  if (session === undefined) return;
  const device = entities.DeviceCode?.accountId === undefined ? undefined : entities.DeviceCode;
  const given = entities.AuthorizationCode ?? device;
  if (given !== undefined && client !== undefined) {
    const result = ctx.oidc.result as Partial<SignInResult> | undefined;
    const loginId = result?.login?.login_id ?? (await logins.liveByProviderSession(session.uid))?.id;
    if (loginId !== undefined) {
      const { sid, grantId } = given;
      const delegated = isDelegated(given);
      await logins.used(loginId, {
        providerSession: session.uid,
        clientId: client.clientId,
        // By a mandate the name that it learns is the principal's.
        learntName: !delegated && learnsName(ctx.oidc.params ?? {}),
        ...(sid === undefined ? {} : { sid }),
        ...(delegated && grantId !== undefined ? { delegatedGrantId: grantId } : {}),
      });
    }
  }
  if (route === 'end_session_confirm' && (session as { destroyed?: boolean }).destroyed === true) {
    await logins.end({ providerSession: session.uid }, 'logout');
  }
}
