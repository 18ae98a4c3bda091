import { sign } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, errors, type JWK, jwtVerify } from 'jose';
import type { Clock } from '../clock/index.ts';
import { refused } from '../errors/index.ts';
import { type KeyRing, publicKeyObject } from './key-ring.ts';

/** Signs claims as given (nothing is added) as a compact JWS, ES256, with an explicit `typ` (RFC 8725 section 3.11). */
export async function signJwt(keys: KeyRing, typ: string, payload: object): Promise<string> {
  const header = { alg: 'ES256', typ, kid: keys.signing.kid };
  const input = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  // At once: the library's way takes a trip to another thread, which costs more than the signature.
  const key = { key: keys.signing.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

export type VerifyOptions = {
  /** The only keys that count; the token's `kid` picks one of them. */
  keys: readonly JWK[];
  typ: string;
  issuer?: string;
  audience?: string;
  clock?: Clock;
  /** Oldest acceptable `iat`, in seconds. */
  maxAgeSeconds?: number;
  /** Documents without times (receipts, snapshots) are checked for their signature alone. */
  timeless?: boolean;
};

/**
 * Verifies signature, `typ`, issuer, audience and times of an ES256 JWT; gives the claims, still to be parsed.
 * Refusals: `jwt-malformed`, `jwt-key-unknown`, `jwt-signature-wrong`, `jwt-expired`, `jwt-claim-wrong`.
 */
export async function verifyJwt(
  unverifiedToken: string,
  options: VerifyOptions,
): Promise<Record<string, unknown>> {
  let kid: unknown;
  try {
    kid = decodeProtectedHeader(unverifiedToken).kid;
  } catch (cause) {
    throw refused('jwt-malformed', 'A token is not a JWT.', { cause });
  }
  const jwk = options.keys.find((key) => key.kid === kid && key.use !== 'enc');
  if (jwk === undefined) throw refused('jwt-key-unknown', 'A token names a key that is not registered.');
  try {
    if (options.timeless === true) return await verifyTimeless(unverifiedToken, jwk, options.typ);
    const { payload } = await jwtVerify(unverifiedToken, publicKeyObject(jwk), {
      algorithms: ['ES256'],
      typ: options.typ,
      clockTolerance: 5,
      ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
      ...(options.audience === undefined ? {} : { audience: options.audience }),
      ...(options.clock === undefined ? {} : { currentDate: options.clock.now() }),
      ...(options.maxAgeSeconds === undefined ? {} : { maxTokenAge: options.maxAgeSeconds }),
    });
    return payload;
  } catch (cause) {
    throw translate(cause);
  }
}

async function verifyTimeless(token: string, jwk: JWK, typ: string): Promise<Record<string, unknown>> {
  const { payload, protectedHeader } = await compactVerify(token, publicKeyObject(jwk), {
    algorithms: ['ES256'],
  });
  if (protectedHeader.typ !== typ) throw refused('jwt-claim-wrong', 'A token is of another type.');
  return JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
}

function translate(cause: unknown): unknown {
  if (cause instanceof errors.JWTExpired) return refused('jwt-expired', 'A token has expired.', { cause });
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return refused('jwt-claim-wrong', 'A token is meant for another use.', { cause });
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return refused('jwt-signature-wrong', 'The signature of a token is wrong.', { cause });
  }
  if (cause instanceof errors.JOSEError) return refused('jwt-malformed', 'A token is not a JWT.', { cause });
  return cause;
}
