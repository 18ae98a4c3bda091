import type { KeyValue } from '@xinlu/common/kv';
import { revokeGrantTokens } from '@xinlu/common/oidc-provider';
import type Provider from 'oidc-provider';
import type { ProviderSessions } from '../../domain/login/logins.ts';

/** Ends sessions in oidc-provider by their uid, and with them every token that was given under them. */
export function createProviderSessions(provider: Provider, kv: KeyValue): ProviderSessions {
  return {
    async end(sessions) {
      for (const uid of sessions) {
        const session = await provider.Session.findByUid(uid);
        if (session === undefined) continue;
        for (const { grantId } of Object.values(session.authorizations ?? {})) {
          if (grantId !== undefined) await revokeGrantTokens(kv, grantId);
        }
        await session.destroy();
      }
    },
  };
}
