import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';
import { revokeGrantTokens } from '@xinlu/common/oidc-provider';
import type { Provider } from 'oidc-provider';
import type { Grants } from '../domain/ports.ts';

/** OAuth grants in our own authorization server; `stores` are all key-value stores that hold its tokens. */
export function createGrants(provider: () => Provider, stores: readonly KeyValue[]): Grants {
  return {
    async create({ account, clientId, details, expiresAt }) {
      const { Grant } = provider();
      const expiresIn = Math.max(1, Math.ceil((expiresAt.getTime() - Date.now()) / 1000));
      const grant = new Grant({ accountId: account, clientId, expiresIn } as ConstructorParameters<
        typeof Grant
      >[0]);
      grant.addOIDCScope('openid');
      for (const detail of details) grant.addRar(detail);
      return grant.save();
    },
    async rewrite(grantId, details, expiresAt) {
      const grant = await provider().Grant.find(grantId);
      if (grant === undefined) throw refused('grant-unknown', 'There is no such grant.', { status: 404 });
      Object.assign(grant, { rar: details, exp: Math.ceil(expiresAt.getTime() / 1000) });
      await grant.save();
    },
    async end(grantId) {
      await Promise.all(stores.map((kv) => revokeGrantTokens(kv, grantId)));
      await provider().Grant.adapter.destroy(grantId);
    },
  };
}
