import { deflateSync } from 'node:zlib';
import { base64url } from '@xinlu/common/canonical';
import { type Clock, epochSeconds } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import { type KeyRing, signJwt } from '@xinlu/common/keys';
import { kinds, type StatusName, statusNames } from '@xinlu/verifier';

const bits = 2;
const perByte = 8 / bits;

/** Two bits a credential: valid, revoked, suspended, superseded. The issuer keeps the bytes wherever it keeps its data. */
export function newStatusList(entries: number): Uint8Array {
  return new Uint8Array(Math.ceil(entries / perByte));
}

/** A copy of the list in which one credential has another status. Revoked and superseded are for ever. */
export function withStatus(list: Uint8Array, index: number, status: StatusName): Uint8Array {
  const at = Math.floor(index / perByte);
  const byte = list[at];
  if (!Number.isSafeInteger(index) || index < 0 || byte === undefined) {
    throw refused('status-index-unknown', 'The status list has no such entry.');
  }
  const shift = (index % perByte) * bits;
  const now = statusNames[(byte >> shift) & 3];
  if ((now === 'revoked' || now === 'superseded') && status !== now) {
    throw refused('status-final', `A credential that is ${now} stays so.`, { status: 409 });
  }
  const changed = Uint8Array.from(list);
  changed[at] = (byte & ~(3 << shift)) | (statusNames.indexOf(status) << shift);
  return changed;
}

export type StatusListToken = {
  readonly issuer: string;
  /** Where the list can be fetched; credentials refer to it by this address. */
  readonly uri: string;
  readonly list: Uint8Array;
  /** For how long a verifier may rely on it, in seconds. */
  readonly ttlSeconds: number;
};

/** Signs the list as it is now as a Status List Token (JWT, typ `statuslist+jwt`). */
export function signStatusList(keys: KeyRing, clock: Clock, token: StatusListToken): Promise<string> {
  const { issuer, uri, list, ttlSeconds } = token;
  return signJwt(keys, kinds['status-list'].types[0], {
    iss: issuer,
    sub: uri,
    iat: epochSeconds(clock),
    ttl: ttlSeconds,
    status_list: { bits, lst: base64url(deflateSync(list, { level: 9 })) },
  });
}
