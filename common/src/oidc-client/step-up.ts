import { ACR_ORDER, type Acr } from '../wire/register.ts';

/** What a resource needs of the login behind an access token. */
export type RequiredAuthentication = { acr?: Acr; maxAgeSeconds?: number };

const reaches = (actual: unknown, wanted: Acr): boolean => {
  const rank = ACR_ORDER.findIndex((level) => level === actual);
  return rank >= ACR_ORDER.indexOf(wanted);
};

/**
 * RFC 9470 section 3, for resource servers: undefined when the claims of a verified access token (its JWT, or the answer of
 * introspection: `acr`, `auth_time`) are enough; else the parameters of the `WWW-Authenticate` challenge to answer 401 with.
 * A claim that is absent is not enough. `acr_values` lists every level that would do, since levels are ordered.
 */
export function stepUpChallenge(
  verifiedClaims: { acr?: unknown; auth_time?: unknown },
  required: RequiredAuthentication,
  now: Date,
): string | undefined {
  const { acr, maxAgeSeconds } = required;
  const weak = acr !== undefined && !reaches(verifiedClaims.acr, acr);
  const since = verifiedClaims.auth_time;
  const old =
    maxAgeSeconds !== undefined &&
    (typeof since !== 'number' || now.getTime() / 1000 - since > maxAgeSeconds);
  if (!weak && !old) return undefined;
  return [
    'error="insufficient_user_authentication"',
    `error_description="${weak ? 'a stronger' : 'a more recent'} authentication is required"`,
    ...(acr === undefined ? [] : [`acr_values="${ACR_ORDER.slice(ACR_ORDER.indexOf(acr)).join(' ')}"`]),
    ...(maxAgeSeconds === undefined ? [] : [`max_age="${maxAgeSeconds}"`]),
  ].join(', ');
}
