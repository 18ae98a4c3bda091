import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/index.ts';
import { systemClock } from '../clock/index.ts';

/** Randomness and identifiers as a port. `bytes` and `token` come from a CSPRNG. */
export type Ids = {
  /** UUID version 7 (RFC 9562 section 5.7): sorts by time, good as a database key; never a secret. */
  uuid(): string;
  bytes(length: number): Uint8Array;
  /** base64url of `length` random bytes (32 unless told): fit to be a secret. */
  token(length?: number): string;
};

function uuidV7(milliseconds: number, random: Uint8Array): string {
  const bytes = Uint8Array.from(random.subarray(0, 16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(milliseconds / 0x10000));
  view.setUint16(4, milliseconds % 0x10000);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Identifiers from the given clock and the operating system's randomness. */
export function createIds(clock: Clock): Ids {
  return {
    uuid: () => uuidV7(clock.now().getTime(), randomBytes(16)),
    bytes: (length) => new Uint8Array(randomBytes(length)),
    token: (length = 32) => randomBytes(length).toString('base64url'),
  };
}

export const systemIds: Ids = createIds(systemClock);
