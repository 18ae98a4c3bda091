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
  /** The holder's public key: who shows the paper can then be asked to prove that it is hers. */
  readonly holderKey?: HolderKey;
  /** Digests of nothing (RFC 9901, section 4.2.5), so that their number says nothing. */
  readonly decoys?: number;
  /** Times are rounded down to the day, so that copies issued together cannot be matched by them. */
  readonly coarseTime?: boolean;
};

/** A public P-256 key, as in `cnf.jwk` (RFC 7800). */
export type HolderKey = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
};

const daySeconds = 86_400;

/** Issues an SD-JWT VC (`dc+sd-jwt`) with every field disclosed, in compact form. */
export async function issueCredential(
  order: CredentialOrder,
  { keys, clock, ids }: { keys: KeyRing; clock: Clock; ids: Ids },
): Promise<string> {
  const now = epochSeconds(clock);
  const issued = order.coarseTime ? now - (now % daySeconds) : now;
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
    ...(order.holderKey && { cnf: { jwk: publicMembers(order.holderKey) } }),
  };
  const frame = {
    _sd: Object.keys(order.selective),
    ...(order.decoys ? { _sd_decoy: order.decoys } : {}),
  };
  return sdJwt.issue(claims, frame as never, {
    header: { typ: kinds.credential.types[0], kid: keys.signing.kid },
  });
}

/** Only these, whatever the key given carries: a private member or a name would go into the paper. */
function publicMembers({ kty, crv, x, y }: HolderKey): HolderKey {
  return { kty, crv, x, y };
}
