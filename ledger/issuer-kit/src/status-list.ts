import { deflateSync } from 'node:zlib';
import { base64url } from '@xinlu/common/canonical';
import { type Clock, epochSeconds } from '@xinlu/common/clock';
import { fatal, refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import { type KeyRing, signJwt } from '@xinlu/common/keys';
import { kinds, type StatusName, statusNames } from '@xinlu/verifier';

const bits = 2;
const perByte = 8 / bits;

/** One place in so many is a decoy: revoked, superseded or suspended, and of no paper. */
const oneDecoyIn = 64;

/** Tries at random before the list counts as full; at half full, 64 misses in a row are one in 2^64. */
const mostTries = 64;

/** Two bits a credential: valid, revoked, suspended, superseded. The issuer keeps the bytes wherever it keeps its data. */
export function newStatusList(entries: number): Uint8Array {
  return new Uint8Array(Math.ceil(entries / perByte));
}

/**
 * A new list in which places taken at random already have a status: nobody can count from outside how many papers were
 * revoked (Token Status List, "Decoy Entries").
 *
 * @param isTaken places that papers have already, which stay valid
 */
export function newStatusListWithDecoys(
  entries: number,
  ids: Ids,
  isTaken: (index: number) => boolean = () => false,
): Uint8Array {
  const list = newStatusList(entries);
  const places = list.length * perByte;
  for (let made = 0; made < places / oneDecoyIn; made++) {
    const kind = randomBelow(ids, statusNames.length - 1) + 1;
    const place = randomBelow(ids, places);
    if (!isTaken(place)) setStatus(list, place, kind);
  }
  return list;
}

/**
 * A place in the list at random, so that its number says nothing about when or to whom the paper was issued; never a decoy
 * and never one that is taken. Refusal `status-list-full` (409).
 *
 * @param take keeps the place for one paper for ever; false if it was taken before. It must decide that atomically
 */
export async function takeStatusPlace(
  list: Uint8Array,
  ids: Ids,
  take: (index: number) => Promise<boolean>,
): Promise<number> {
  for (let tries = 0; tries < mostTries; tries++) {
    const index = randomBelow(ids, list.length * perByte);
    if (statusIn(list, index) === 'valid' && (await take(index))) return index;
  }
  throw refused('status-list-full', 'The status list is full.', { status: 409 });
}

/** The status of one place. */
export function statusIn(list: Uint8Array, index: number): StatusName {
  const byte = list[Math.floor(index / perByte)];
  const name = byte === undefined ? undefined : statusNames[(byte >> ((index % perByte) * bits)) & 3];
  if (!Number.isSafeInteger(index) || index < 0 || name === undefined) {
    throw refused('status-index-unknown', 'The status list has no such entry.');
  }
  return name;
}

/** A copy of the list in which one credential has another status. Revoked and superseded are for ever. */
export function withStatus(list: Uint8Array, index: number, status: StatusName): Uint8Array {
  const now = statusIn(list, index);
  if ((now === 'revoked' || now === 'superseded') && status !== now) {
    throw refused('status-final', `A credential that is ${now} stays so.`, { status: 409 });
  }
  const changed = Uint8Array.from(list);
  setStatus(changed, index, statusNames.indexOf(status));
  return changed;
}

function setStatus(list: Uint8Array, index: number, value: number): void {
  const at = Math.floor(index / perByte);
  const shift = (index % perByte) * bits;
  list[at] = ((list[at] ?? 0) & ~(3 << shift)) | (value << shift);
}

/** Uniform over 0..limit-1: numbers beyond the last whole multiple of the limit are drawn again. */
function randomBelow(ids: Ids, limit: number): number {
  const range = 2 ** 32;
  for (;;) {
    const [a, b, c, d] = ids.bytes(4);
    if (a === undefined || b === undefined || c === undefined || d === undefined)
      throw fatal('randomness-missing', 'There is no randomness.');
    const drawn = ((a * 256 + b) * 256 + c) * 256 + d;
    if (drawn < range - (range % limit)) return drawn % limit;
  }
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
