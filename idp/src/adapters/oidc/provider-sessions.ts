import type { KeyValue } from '@xinlu/common/kv';
import { revokeGrantTokens } from '@xinlu/common/oidc-provider';
import type Provider from 'oidc-provider';
import type { ProviderSessions } from '../../domain/login/logins.ts';
import type { GrantEnding } from '../../domain/mandate/mandates.ts';

/** Ends sessions in oidc-provider by their uid, or one party's part in them, and with that the tokens given there. */
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
    async endAt(sessions, clientId) {
      for (const uid of sessions) {
        const session = await provider.Session.findByUid(uid);
        const grantId = session?.authorizations?.[clientId]?.grantId;
        if (session === undefined || grantId === undefined) continue;
        await revokeGrantTokens(kv, grantId);
        // Without its grant, the next authorization of this party begins a new one, whose tokens are good.
        await (await provider.Grant.find(grantId))?.destroy();
        delete session.authorizations?.[clientId];
        await session.persist();
      }
    },
  };
}

/** Ends what relying parties were given for a mandate. */
export function createGrantEnding(provider: Provider, kv: KeyValue): GrantEnding {
  return {
    async end(grantIds) {
      for (const grantId of grantIds) {
        await revokeGrantTokens(kv, grantId);
        await (await provider.Grant.find(grantId))?.destroy();
      }
    },
  };
}
