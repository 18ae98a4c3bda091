import type { X509Certificate } from 'node:crypto';
import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import { type KeyRing, verifyJwt } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import { isGrantRevoked } from '@xinlu/common/oidc-provider';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { Provider } from 'oidc-provider';

const PROOF_SECONDS = 60;

/** What a token is bound to: a DPoP key (RFC 9449) or a TLS client certificate (RFC 8705 section 3). */
type Binding = 'dpop' | 'mtls';

function invalid(code: string, message: string, cause?: unknown): Error {
  return refused(code, message, { status: 401, cause });
}

/** One that is bound to a certificate comes as Bearer. */
const BINDINGS: Readonly<Record<string, Binding>> = { dpop: 'dpop', bearer: 'mtls' };

function tokenOf(authorization: string | undefined): { token: string; binding: Binding } {
  const [scheme = '', token, ...rest] = (authorization ?? '').split(' ');
  const binding = BINDINGS[scheme.toLowerCase()];
  if (binding === undefined || token === undefined || token === '' || rest.length > 0) {
    throw invalid(
      'token-missing',
      'An access token is needed, by the DPoP scheme or bound to a certificate.',
    );
  }
  return { token, binding };
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
  /** Whose private key the caller has shown at a TLS proxy of ours. */
  certificate?: X509Certificate | undefined;
};

/** What an access token says, whatever its form. */
type TokenFacts = { clientId?: unknown; grantId?: unknown; jkt?: unknown; 'x5t#S256'?: unknown };

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
    ...(claims['cnf'] as { jkt?: string; 'x5t#S256'?: string } | undefined),
  };
}

/** The audience of every access token for data. */
export function gatewayAudience(issuer: string): string {
  return `${issuer}/gateway/release`;
}

/**
 * A token works only together with what it is bound to: the key of the proof, the certificate, or both. By which scheme it
 * comes must be what it is bound to.
 */
async function verifyBinding(
  checks: TokenChecks,
  { method, url, dpop, certificate }: TokenBearer,
  token: string,
  binding: Binding,
): Promise<(found: TokenFacts) => void> {
  if (binding === 'mtls' && certificate === undefined) {
    throw invalid('certificate-missing', 'A TLS client certificate is needed.');
  }
  const jkt = binding === 'dpop' ? await verifyProof(dpop, { method, url, token }, checks) : undefined;
  const x5t = certificate === undefined ? undefined : sha256Base64url(certificate.raw);
  return (found) => {
    if (found.jkt !== jkt) throw invalid('token-invalid', 'The access token is bound to another key.');
    const bound = found['x5t#S256'];
    if (bound === undefined ? binding === 'mtls' : bound !== x5t) {
      throw invalid('token-invalid', 'The access token is not bound to this certificate.');
    }
  };
}

/** Verifies our own access token, opaque or JWT: alive, this client's, and bound to the proof's key or the certificate. */
export async function verifyAccessToken(
  checks: TokenChecks,
  request: TokenBearer,
  clientId: string,
): Promise<{ grantId: string }> {
  const { token, binding } = tokenOf(request.authorization);
  const mustBeBound = await verifyBinding(checks, request, token, binding);
  const found = token.includes('.')
    ? await jwtFacts(checks, token)
    : await opaqueFacts(checks.provider, token);
  if (found?.clientId !== clientId || typeof found.grantId !== 'string') {
    throw invalid('token-invalid', 'The access token is not valid for this party.');
  }
  mustBeBound(found);
  return { grantId: found.grantId };
}

/** Verifies a client's own token for the grant management API (client credentials); gives the client. */
export async function verifyManagementToken(
  checks: TokenChecks,
  request: TokenBearer,
  scope: string,
): Promise<{ clientId: string }> {
  const { token, binding } = tokenOf(request.authorization);
  const mustBeBound = await verifyBinding(checks, request, token, binding);
  const found = await checks.provider.ClientCredentials.find(token);
  const clientId = found?.clientId;
  if (found === undefined || found.isExpired || clientId === undefined) {
    throw invalid('token-invalid', 'The access token is not valid here.');
  }
  mustBeBound(found as TokenFacts);
  if ((await checks.provider.Client.find(clientId)) === undefined) {
    throw invalid('token-invalid', 'The client is no longer active.');
  }
  if (!found.scopes.has(scope)) {
    throw refused('scope-insufficient', `The access token lacks the scope ${scope}.`, { status: 403 });
  }
  return { clientId };
}
