import { type Configuration, errors } from 'oidc-provider';

type CheckAssertion = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>;
type Claims = Readonly<Record<string, unknown>>;

/** A client assertion is made for one request; what it may be used with once must be remembered until it ends. */
const ASSERTION_SECONDS = 3600;
/** Request objects are made for one request too. */
const REQUEST_OBJECT_SECONDS = 3600;

/** RFC 7515 4.1.11: extensions that must be understood. None is understood here, an unencoded payload neither (RFC 7797 7). */
const demandsExtensions = (header: object): boolean => 'crit' in header || 'b64' in header;

/**
 * What a client assertion must say besides what oidc-provider asks of it: it is meant for us alone, so that no other server
 * can use it here or we there, and not for long. FAPI 2.0 section 5.3.2.1: for its clients by our issuer, as a string.
 */
export const checkClientAssertion: CheckAssertion = async (ctx, claims, header) => {
  if (demandsExtensions(header)) throw new errors.InvalidClientAuth('an extension that is not understood');
  const { aud, exp } = claims as { aud: unknown; exp: number };
  const alone = typeof aud === 'string' || (Array.isArray(aud) && aud.length === 1);
  if (!alone) throw new errors.InvalidClientAuth('the assertion is meant for others too');
  if (ctx.oidc.isFapi('2.0') && aud !== ctx.oidc.issuer)
    throw new errors.InvalidClientAuth('the audience must be the issuer, as a string');
  if (exp - Date.now() / 1000 > ASSERTION_SECONDS)
    throw new errors.InvalidClientAuth('the assertion is good for too long');
};

/** RFC 9101 by value: signed for us, by the client, for a short time. */
export async function checkRequestObject(_ctx: unknown, claims: Claims, header: object): Promise<void> {
  if (demandsExtensions(header)) throw new errors.InvalidRequestObject('an extension that is not understood');
  for (const claim of ['exp', 'nbf', 'aud'])
    if (claims[claim] === undefined)
      throw new errors.InvalidRequestObject(`the request object lacks the claim ${claim}`);
  const seconds = Number(claims['exp']) - Number(claims['nbf']);
  if (!(seconds > 0 && seconds <= REQUEST_OBJECT_SECONDS))
    throw new errors.InvalidRequestObject('the request object is good for too long');
}
