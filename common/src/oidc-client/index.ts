import type { webcrypto } from 'node:crypto';
import * as oauth from 'openid-client';
import { refused, retryable } from '../errors/index.ts';
import type { KeyRing } from '../keys/index.ts';

export {
  createLogoutReceiver,
  LOGOUT_PATH,
  type LogoutReceiver,
  registerBackchannelLogout,
  type SessionLogin,
} from './backchannel-logout.ts';
export { type RequiredAuthentication, stepUpChallenge } from './step-up.ts';

export type LoginStart = {
  /** Where to send the browser. */
  url: string;
  /** To be kept in the visitor's session until the callback: state, nonce, PKCE verifier and the DPoP key. */
  pending: string;
};

export type LoginResult = {
  claims: oauth.IDToken;
  idToken: string;
  accessToken: string;
  refreshToken?: string;
  /** The whole token answer (`authorization_details` among it). */
  tokens: oauth.TokenEndpointResponse;
  /** The DPoP key as JSON, to be kept with the tokens for `protectedFetch`. */
  dpopKey: string;
};

type Pending = { state: string; nonce: string; verifier: string; dpopKey: string };

export type OidcClient = {
  begin(options?: {
    parameters?: Record<string, string>;
    authorizationDetails?: object[];
  }): Promise<LoginStart>;
  /** Checks state, nonce, issuer and PKCE, and redeems the code. Refusals: `login-refused` (the citizen or the provider said no), `login-invalid`. */
  complete(currentUrl: URL, pending: string): Promise<LoginResult>;
  refresh(refreshToken: string, dpopKey: string): Promise<oauth.TokenEndpointResponse>;
  /** A token of our own (client credentials, RFC 6749 section 4.4), bound to a fresh DPoP key. */
  ownToken(parameters: Record<string, string>): Promise<{ accessToken: string; dpopKey: string }>;
  /** A DPoP-bound call; a 401 or 403 challenge comes back as the answer it is. */
  protectedFetch(
    accessToken: string,
    dpopKey: string,
    url: URL,
    init: { method: string; headers: Headers; body?: string },
  ): Promise<Response>;
  logoutUrl(idToken: string, returnTo: string): Promise<string>;
};

async function exportPair(pair: webcrypto.CryptoKeyPair): Promise<string> {
  const { publicKey, privateKey } = pair;
  const [pub, priv] = await Promise.all([
    crypto.subtle.exportKey('jwk', publicKey),
    crypto.subtle.exportKey('jwk', privateKey),
  ]);
  return JSON.stringify({ pub, priv });
}

async function importPair(text: string): Promise<webcrypto.CryptoKeyPair> {
  const { pub, priv } = JSON.parse(text) as { pub: webcrypto.JsonWebKey; priv: webcrypto.JsonWebKey };
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const [publicKey, privateKey] = await Promise.all([
    crypto.subtle.importKey('jwk', pub, algorithm, true, ['verify']),
    crypto.subtle.importKey('jwk', priv, algorithm, true, ['sign']),
  ]);
  return { publicKey, privateKey };
}

/**
 * A FAPI 2.0 client on openid-client: PAR, PKCE, private_key_jwt (ES256) and DPoP. Discovery is lazy and repeated until it
 * works, so that the provider may come up later. `allowHttp` is for localhost alone.
 */
export function createOidcClient(options: {
  issuer: string;
  clientId: string;
  keys: KeyRing;
  redirectUri: string;
  scope: string;
  allowHttp: boolean;
}): OidcClient {
  let discovered: Promise<oauth.Configuration> | undefined;

  async function discover(): Promise<oauth.Configuration> {
    const key = await crypto.subtle.importKey(
      'jwk',
      options.keys.signing.privateJwk as webcrypto.JsonWebKey,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );
    return oauth.discovery(
      new URL(options.issuer),
      options.clientId,
      { id_token_signed_response_alg: 'ES256', use_mtls_endpoint_aliases: false },
      oauth.PrivateKeyJwt({ key, kid: options.keys.signing.kid }),
      options.allowHttp ? { execute: [oauth.allowInsecureRequests] } : {},
    );
  }

  async function configuration(): Promise<oauth.Configuration> {
    discovered ??= discover();
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      throw retryable('issuer-unreachable', 'The identity provider does not answer; try again in a moment.', {
        cause,
      });
    }
  }

  const handle = (config: oauth.Configuration, pair: webcrypto.CryptoKeyPair) =>
    oauth.getDPoPHandle(config, pair);

  return {
    async begin({ parameters = {}, authorizationDetails } = {}) {
      const config = await configuration();
      const pair = await oauth.randomDPoPKeyPair('ES256', { extractable: true });
      const pending: Pending = {
        state: oauth.randomState(),
        nonce: oauth.randomNonce(),
        verifier: oauth.randomPKCECodeVerifier(),
        dpopKey: await exportPair(pair),
      };
      const request = {
        redirect_uri: options.redirectUri,
        scope: options.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        ...(authorizationDetails === undefined
          ? {}
          : { authorization_details: JSON.stringify(authorizationDetails) }),
        ...parameters,
      };
      try {
        const url = await oauth.buildAuthorizationUrlWithPAR(config, request, { DPoP: handle(config, pair) });
        return { url: url.href, pending: JSON.stringify(pending) };
      } catch (cause) {
        throw translate(cause);
      }
    },
    async complete(currentUrl, pendingText) {
      const config = await configuration();
      const pending = JSON.parse(pendingText) as Pending;
      const pair = await importPair(pending.dpopKey);
      try {
        const tokens = await oauth.authorizationCodeGrant(
          config,
          currentUrl,
          {
            expectedState: pending.state,
            expectedNonce: pending.nonce,
            pkceCodeVerifier: pending.verifier,
            idTokenExpected: true,
          },
          undefined,
          { DPoP: handle(config, pair) },
        );
        const claims = tokens.claims();
        if (claims === undefined || tokens.id_token === undefined) throw new Error('no id_token came');
        return {
          claims,
          idToken: tokens.id_token,
          accessToken: tokens.access_token,
          ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
          tokens,
          dpopKey: pending.dpopKey,
        };
      } catch (cause) {
        throw translate(cause);
      }
    },
    async refresh(refreshToken, dpopKey) {
      const config = await configuration();
      try {
        return await oauth.refreshTokenGrant(config, refreshToken, undefined, {
          DPoP: handle(config, await importPair(dpopKey)),
        });
      } catch (cause) {
        throw translate(cause);
      }
    },
    async ownToken(parameters) {
      const config = await configuration();
      const pair = await oauth.randomDPoPKeyPair('ES256', { extractable: true });
      try {
        const tokens = await oauth.clientCredentialsGrant(config, parameters, { DPoP: handle(config, pair) });
        return { accessToken: tokens.access_token, dpopKey: await exportPair(pair) };
      } catch (cause) {
        throw translate(cause);
      }
    },
    async protectedFetch(accessToken, dpopKey, url, init) {
      const config = await configuration();
      const DPoP = handle(config, await importPair(dpopKey));
      try {
        return await oauth.fetchProtectedResource(
          config,
          accessToken,
          url,
          init.method,
          init.body,
          init.headers,
          { DPoP },
        );
      } catch (error) {
        if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
        throw retryable('resource-unreachable', 'The other side does not answer; try again.', {
          cause: error,
        });
      }
    },
    async logoutUrl(idToken, returnTo) {
      const config = await configuration();
      return oauth.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: returnTo })
        .href;
    },
  };
}

/** No answer, or one that says that later may work. */
function isAway(error: unknown): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  if (!(error instanceof oauth.ClientError)) return false;
  if (error.code === 'OAUTH_TIMEOUT') return true;
  return error.cause instanceof Response && error.cause.status === 503;
}

function translate(cause: unknown): unknown {
  if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError) {
    return refused('login-refused', cause.error_description ?? cause.error, {
      cause,
      extra: { error: cause.error },
    });
  }
  if (isAway(cause)) {
    return retryable('issuer-unreachable', 'The identity provider does not answer; try again in a moment.', {
      cause,
    });
  }
  return refused('login-invalid', 'The sign-in could not be completed; start again.', { cause });
}
