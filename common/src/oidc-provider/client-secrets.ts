import { createHash, timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { RegisterView } from '../register/index.ts';
import { oauthClientOf } from '../wire/oauth-client.ts';

/** Every registered hash is compared, each in constant time. */
function matches(secretSha256: readonly string[], claimedSecret: string): boolean {
  const claimed = createHash('sha256').update(claimedSecret).digest();
  return secretSha256.reduce(
    (found, hash) => timingSafeEqual(Buffer.from(hash, 'hex'), claimed) || found,
    false,
  );
}

/** Makes the provider hold a client's secret against the SHA-256 hashes in the register, which knows no secret. */
export function compareSecretsByHash(provider: Provider, register: () => RegisterView): void {
  const prototype = provider.Client.prototype as unknown as {
    compareClientSecret(this: { clientId: string }, claimedSecret: string): boolean;
  };
  prototype.compareClientSecret = function compareClientSecret(claimedSecret) {
    const party = register().activeParticipant(this.clientId)?.relyingParty;
    const authentication = party === undefined ? undefined : oauthClientOf(party).authentication;
    return (
      authentication !== undefined &&
      'secretSha256' in authentication &&
      matches(authentication.secretSha256, claimedSecret)
    );
  };
}
