import type { Clock } from '@xinlu/common/clock';
import { ID_TOKEN_ALGORITHMS } from '@xinlu/common/wire';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';

/** A hint may be older than its `exp` (OpenID Connect Core 3.1.2.2), but not older than a day. */
const OLDEST_SECONDS = 86_400;
/** How soon after a look at the keys an unknown `kid` is worth another: made-up ones must not keep us asking. */
const NEW_KEY_MILLISECONDS = 2_000;
/** How long a key still counts that the identity provider has taken out. */
const GONE_KEY_MILLISECONDS = 60_000;

export type HintVerifier = (unverifiedHint: string, clientId: string) => Promise<{ sub: string }>;

/**
 * Verifies the identity provider's id_token of the person whose consent is asked. Keys come from the issuer's own
 * discovery document: an address from our configuration, never from the token.
 */
export function createHintVerifier(options: {
  issuer: string;
  clock: Clock;
  fetch?: typeof globalThis.fetch;
}): HintVerifier {
  const send = options.fetch ?? globalThis.fetch;
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  async function discover() {
    const response = await send(`${options.issuer}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
    const document = (await response.json()) as { issuer?: string; jwks_uri?: string };
    if (document.issuer !== options.issuer || document.jwks_uri === undefined) {
      throw new Error('the discovery document is not of the configured issuer');
    }
    return createRemoteJWKSet(new URL(document.jwks_uri), {
      cooldownDuration: NEW_KEY_MILLISECONDS,
      cacheMaxAge: GONE_KEY_MILLISECONDS,
    });
  }

  return async (unverifiedHint, clientId) => {
    keys ??= discover();
    const keySet = await keys.catch((cause: unknown) => {
      keys = undefined;
      throw new errors.TemporarilyUnavailable('the identity provider does not answer', { cause } as never);
    });
    const { payload } = await jwtVerify(unverifiedHint, keySet, {
      issuer: options.issuer,
      audience: clientId,
      algorithms: [...ID_TOKEN_ALGORITHMS],
      currentDate: options.clock.now(),
      clockTolerance: OLDEST_SECONDS,
    });
    if (typeof payload.sub !== 'string') throw new errors.InvalidRequest('id_token_hint names nobody');
    return { sub: payload.sub };
  };
}
