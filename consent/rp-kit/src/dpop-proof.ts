import { randomUUID } from 'node:crypto';
import { sha256Base64url } from '@xinlu/common/canonical';
import { type Clock, epochSeconds } from '@xinlu/common/clock';
import { importJWK, type JWK, SignJWT } from 'jose';

/** A DPoP proof (RFC 9449 section 4.2) for one request with one access token. `dpopKey` as the OIDC client keeps it. */
export async function dpopProof(
  dpopKey: string,
  request: { method: string; url: string; accessToken: string },
  clock: Clock,
): Promise<string> {
  const { pub, priv } = JSON.parse(dpopKey) as { pub: JWK; priv: JWK };
  const { kty, crv, x, y } = pub;
  return new SignJWT({
    jti: randomUUID(),
    htm: request.method,
    htu: request.url,
    ath: sha256Base64url(request.accessToken),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } as JWK })
    .setIssuedAt(epochSeconds(clock))
    .sign(await importJWK(priv, 'ES256'));
}
