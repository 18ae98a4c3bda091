import { createHash, generateKeyPairSync, randomBytes, type webcrypto } from 'node:crypto';
import { makeKeys } from '@xinlu/common/testing';
import type { ClientKey, OauthClient, Participant, RelyingParty, Resource } from '@xinlu/common/wire';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import * as oauth from 'openid-client';
import { type Browser, pageData } from './browser.ts';
import type { Card } from './cards.ts';
import { rp, type World } from './world.ts';

/** Puts a party into the register, with keys of its own. */
export async function admit(
  world: World,
  id: string,
  client: OauthClient,
  party: Partial<RelyingParty> = {},
  resources?: Resource[],
): Promise<{ participant: Participant; key: oauth.CryptoKey; kid: string }> {
  const keys = await makeKeys();
  const participant = {
    ...rp(id, keys, { ...party, client }),
    ...(resources === undefined ? {} : { resources }),
  };
  await world.register.admit(participant);
  const key = await crypto.subtle.importKey(
    'jwk',
    keys.signing.privateJwk as webcrypto.JsonWebKey,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );
  return { participant, key, kid: keys.signing.kid };
}

/** A shared secret of 256 bits, and what the register knows of it. */
export function makeSecret(): { secret: string; secretSha256: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, secretSha256: createHash('sha256').update(secret).digest('hex') };
}

const ALGORITHMS = {
  PS256: { import: { name: 'RSA-PSS', hash: 'SHA-256' } },
  EdDSA: { import: { name: 'Ed25519' } },
} as const;

/** A client's key of another algorithm: its entry in the register, and the private half for the Web Crypto API. */
export async function makeClientKey(
  alg: 'PS256' | 'EdDSA',
): Promise<{ entry: ClientKey; key: oauth.CryptoKey; kid: string }> {
  const pair =
    alg === 'PS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  const jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHMS[alg].import, false, ['sign']);
  return { entry: { ...jwk, kid, use: 'sig', alg } as ClientKey, key, kid };
}

/** `openid-client`, which is none of ours, for a party of the world. */
export async function discover(
  world: World,
  clientId: string,
  authentication: oauth.ClientAuth,
  metadata: Partial<oauth.ClientMetadata> = {},
  customFetch?: oauth.CustomFetch,
): Promise<oauth.Configuration> {
  return oauth.discovery(
    new URL(world.url),
    clientId,
    { id_token_signed_response_alg: 'ES256', ...metadata },
    authentication,
    {
      execute: [oauth.allowInsecureRequests],
      ...(customFetch === undefined ? {} : { [oauth.customFetch]: customFetch }),
    },
  );
}

export type Tokens = oauth.TokenEndpointResponse & oauth.TokenEndpointResponseHelpers;

export type LoginOptions = {
  parameters?: Record<string, string>;
  par?: boolean;
  DPoP?: oauth.DPoPHandle;
  /** For the token request. */
  tokenParameters?: Record<string, string>;
  /** Signs the request as an object of RFC 9101. */
  sign?: { key: oauth.CryptoKey; kid: string };
  pkce?: boolean;
};

/** The whole way of a client: request, card at the sign-in page when there is one, code, tokens. */
export async function logIn(
  config: oauth.Configuration,
  browser: Browser,
  who: { card: Card; nationalId: string },
  options: LoginOptions = {},
): Promise<Tokens> {
  const { clientId } = { clientId: config.clientMetadata().client_id };
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const nonce = oauth.randomNonce();
  let parameters: Record<string, string> | URLSearchParams = {
    redirect_uri: `https://${clientId}.example/login/callback`,
    scope: 'openid profile',
    state,
    nonce,
    ...(options.pkce === false
      ? {}
      : { code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
    ...options.parameters,
  };
  if (options.sign !== undefined)
    parameters = (await oauth.buildAuthorizationUrlWithJAR(config, parameters, options.sign)).searchParams;
  const dpop = options.DPoP === undefined ? {} : { DPoP: options.DPoP };
  const url =
    options.par === true
      ? await oauth.buildAuthorizationUrlWithPAR(config, parameters, dpop)
      : oauth.buildAuthorizationUrl(config, parameters);
  const back = await passSignIn(browser, url.href, who);
  return oauth.authorizationCodeGrant(
    config,
    new URL(back),
    {
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
      ...(options.pkce === false ? {} : { pkceCodeVerifier: verifier }),
    },
    options.tokenParameters,
    dpop,
  );
}

/** Follows an authorization request, through the card at the sign-in page if it is shown; gives where it leads back to. */
export async function passSignIn(
  browser: Browser,
  url: string,
  who: { card: Card; nationalId: string },
): Promise<string> {
  const opened = await browser.follow(url);
  if (opened.page === undefined) return opened.url;
  const page = pageData(opened.page, 'sign-in-data');
  const { status, json } = await browser.useCard(page, who.card, who.nationalId);
  if (status !== 200) throw new Error(`card login refused: ${json.code}`);
  return (await browser.follow(json.next.replace(/\/enrol$/, '/continue'))).url;
}
