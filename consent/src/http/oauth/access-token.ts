import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';
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

/** Looks our own opaque access token up: alive, this client's, and bound to the key of the proof. */
export async function verifyAccessToken(
  options: { provider: Provider; kv: KeyValue; clock: Clock },
  request: { method: string; url: string; authorization?: string | undefined; dpop?: string | undefined },
  clientId: string,
): Promise<{ grantId: string }> {
  const token = tokenOf(request.authorization);
  const { method, url } = request;
  const thumbprint = await verifyProof(request.dpop, { method, url, token }, options);
  const found = await options.provider.AccessToken.find(token);
  const grantId = (found as { grantId?: string } | undefined)?.grantId;
  if (found === undefined || found.isExpired || found.clientId !== clientId || grantId === undefined) {
    throw invalid('token-invalid', 'The access token is not valid for this party.');
  }
  if ((found as { jkt?: string }).jkt !== thumbprint) {
    throw invalid('token-invalid', 'The access token is bound to another key.');
  }
  return { grantId };
}
