import { createHash, sign } from 'node:crypto';
import { SDJwtInstance } from '@sd-jwt/core';
import { type Clock, epochSeconds } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import { kinds } from '@xinlu/verifier';

export type CredentialOrder = {
  /** Participant id of the issuer. */
  readonly issuer: string;
  /** The credential type, `vct`. */
  readonly type: string;
  /** Signed in clear for every reader of the paper. */
  readonly always: Readonly<Record<string, unknown>>;
  /** Each disclosed only where the holder wants. */
  readonly selective: Readonly<Record<string, unknown>>;
  readonly status: { readonly uri: string; readonly index: number };
  readonly validSeconds?: number;
};

/** Issues an SD-JWT VC (`dc+sd-jwt`) with every field disclosed, in compact form. */
export async function issueCredential(
  order: CredentialOrder,
  { keys, clock, ids }: { keys: KeyRing; clock: Clock; ids: Ids },
): Promise<string> {
  const issued = epochSeconds(clock);
  const sdJwt = new SDJwtInstance({
    signAlg: keys.signing.alg,
    hashAlg: 'sha-256',
    hasher: (data) =>
      createHash('sha256')
        .update(typeof data === 'string' ? data : Buffer.from(data))
        .digest(),
    saltGenerator: () => ids.token(16),
    // ES256 signatures are r || s, not DER (RFC 7518, section 3.4).
    signer: (unsigned) =>
      sign('sha256', Buffer.from(unsigned), {
        key: keys.signing.privateKey,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url'),
  });
  const claims = {
    ...order.always,
    ...order.selective,
    iss: order.issuer,
    iat: issued,
    ...(order.validSeconds && { exp: issued + order.validSeconds }),
    vct: order.type,
    status: { status_list: { uri: order.status.uri, idx: order.status.index } },
  };
  return sdJwt.issue(claims, { _sd: Object.keys(order.selective) } as never, {
    header: { typ: kinds.credential.types[0], kid: keys.signing.kid },
  });
}
