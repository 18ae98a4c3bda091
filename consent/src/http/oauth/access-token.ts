import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import { type KeyRing, verifyJwt } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import { isGrantRevoked } from '@xinlu/common/oidc-provider';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { Provider } from 'oidc-provider';

const PROOF_SECONDS = 60;

function invalid(code: string, message: string, cause?: unknown): Error {
  return refused(code, message, { status: 401, cause });
}

function tokenOf(authorization: string | undefined): string {
  const [scheme, token, ...rest] = (authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'dpop' || token === undefined || token === '' || rest.length > 0) {
    throw invalid('token-missing', 'An access token is needed, by the DPoP scheme.');
  }
  return token;
}

/** Checks a DPoP proof (RFC 9449 section 4.3) for this request and token; gives the thumbprint of its key. */
async function verifyProof(
  unverifiedProof: string | undefined,
  request: { method: string; url: string; token: string },
  { kv, clock }: { kv: KeyValue; clock: Clock },
): Promise<string> {
  if (unverifiedProof === undefined) throw invalid('dpop-missing', 'A DPoP proof is needed.');
  let verified: Awaited<ReturnType<typeof jwtVerify>>;
  try {
    verified = await jwtVerify(unverifiedProof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      currentDate: clock.now(),
    });
  } catch (cause) {
    throw invalid('dpop-invalid', 'The DPoP proof does not verify.', cause);
  }
  const { payload, protectedHeader } = verified;
  const age = clock.now().getTime() / 1000 - (payload.iat ?? 0);
  if (Math.abs(age) > PROOF_SECONDS)
    throw invalid('dpop-stale', 'The DPoP proof is too old or from the future.');
  if (payload['htm'] !== request.method || payload['htu'] !== request.url) {
    throw invalid('dpop-invalid', 'The DPoP proof is for another request.');
  }
  if (payload['ath'] !== sha256Base64url(request.token)) {
    throw invalid('dpop-invalid', 'The DPoP proof is for another token.');
  }
  const { jti } = payload;
  if (typeof jti !== 'string' || jti.length > 256 || protectedHeader.jwk === undefined) {
    throw invalid('dpop-invalid', 'The DPoP proof lacks its identifier or key.');
  }
  const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk);
  if (!(await kv.setIfAbsent(`dpop:${thumbprint}:${sha256Base64url(jti)}`, '1', 2 * PROOF_SECONDS))) {
    throw invalid('dpop-replayed', 'The DPoP proof was already used.');
  }
  return thumbprint;
}

export type TokenChecks = {
  provider: Provider;
  kv: KeyValue;
  clock: Clock;
  /** Our own keys: JWT access tokens are ours. */
  keys: KeyRing;
  issuer: string;
};
export type TokenBearer = {
  method: string;
  url: string;
  authorization?: string | undefined;
  dpop?: string | undefined;
};

/** What an access token says, whatever its form. */
type TokenFacts = { clientId?: unknown; grantId?: unknown; jkt?: unknown };

async function opaqueFacts(provider: Provider, token: string): Promise<TokenFacts | undefined> {
  const found = await provider.AccessToken.find(token);
  return found === undefined || found.isExpired ? undefined : (found as TokenFacts);
}

/**
 * A JWT access token (RFC 9068) by its signature; whether its grant was revoked is looked up, as for an opaque one, so that
 * neither outlives the consent.
 */
async function jwtFacts(checks: TokenChecks, token: string): Promise<TokenFacts | undefined> {
  const { keys, issuer, clock, kv } = checks;
  const audience = gatewayAudience(issuer);
  const claims = await verifyJwt(token, {
    keys: keys.publicJwks.keys,
    typ: 'at+jwt',
    issuer,
    audience,
    clock,
  }).catch((cause: unknown) => {
    throw invalid('token-invalid', 'The access token is not valid for this party.', cause);
  });
  const grantId = claims['grant_id'];
  if (typeof grantId !== 'string' || (await isGrantRevoked(kv, grantId))) return undefined;
  return {
    clientId: claims['client_id'],
    grantId,
    jkt: (claims['cnf'] as { jkt?: string } | undefined)?.jkt,
  };
}

/** The audience of every access token for data. */
export function gatewayAudience(issuer: string): string {
  return `${issuer}/gateway/release`;
}

/** Verifies our own access token, opaque or JWT: alive, this client's, and bound to the key of the proof. */
export async function verifyAccessToken(
  checks: TokenChecks,
  request: TokenBearer,
  clientId: string,
): Promise<{ grantId: string }> {
  const token = tokenOf(request.authorization);
  const { method, url } = request;
  const thumbprint = await verifyProof(request.dpop, { method, url, token }, checks);
  const found = token.includes('.')
    ? await jwtFacts(checks, token)
    : await opaqueFacts(checks.provider, token);
  if (found?.clientId !== clientId || typeof found.grantId !== 'string') {
    throw invalid('token-invalid', 'The access token is not valid for this party.');
  }
  if (found.jkt !== thumbprint) throw invalid('token-invalid', 'The access token is bound to another key.');
  return { grantId: found.grantId };
}

/** Verifies a client's own token for the grant management API (client credentials); gives the client. */
export async function verifyManagementToken(
  checks: TokenChecks,
  request: TokenBearer,
  scope: string,
): Promise<{ clientId: string }> {
  const token = tokenOf(request.authorization);
  const { method, url } = request;
  const thumbprint = await verifyProof(request.dpop, { method, url, token }, checks);
  const found = await checks.provider.ClientCredentials.find(token);
  const clientId = found?.clientId;
  if (found === undefined || found.isExpired || clientId === undefined) {
    throw invalid('token-invalid', 'The access token is not valid here.');
  }
  if ((found as { jkt?: string }).jkt !== thumbprint) {
    throw invalid('token-invalid', 'The access token is bound to another key.');
  }
  if ((await checks.provider.Client.find(clientId)) === undefined) {
    throw invalid('token-invalid', 'The client is no longer active.');
  }
  if (!found.scopes.has(scope)) {
    throw refused('scope-insufficient', `The access token lacks the scope ${scope}.`, { status: 403 });
  }
  return { clientId };
}
