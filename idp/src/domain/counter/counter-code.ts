import { createHmac, hkdfSync } from 'node:crypto';
import type { Ids } from '@xinlu/common/ids';

/** 31 signs without look-alikes (0 O, 1 I L): a code is read from one screen or slip and typed at another. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
/** 31^12 is a little over 2^59. */
const LENGTH = 12;
const GROUP = 4;

/** One-time codes of the counter. Only a keyed hash is kept: whoever reads the database cannot try codes against it. */
export type CounterCodes = {
  /** As it is shown: three groups of four. */
  make(): string;
  /** Of what was typed, spaces, hyphens and small letters forgiven; undefined when it is no code at all. */
  hash(typed: string): Buffer | undefined;
};

export function createCounterCodes(secret: Uint8Array, ids: Ids): CounterCodes {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'xinlu/counter-code/1', 32));
  return {
    make() {
      let text = '';
      // 248 is the largest multiple of 31 in a byte: what lies above would favour the first signs.
      while (text.length < LENGTH)
        for (const byte of ids.bytes(LENGTH)) if (byte < 248) text += SIGNS.charAt(byte % SIGNS.length);
      return (text.slice(0, LENGTH).match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
    },
    hash(typed) {
      const code = typed
        .normalize('NFKC')
        .replaceAll(/[\s\p{Pd}]/gu, '')
        .toUpperCase();
      if (code.length !== LENGTH || [...code].some((sign) => !SIGNS.includes(sign))) return undefined;
      return createHmac('sha256', key).update(code).digest();
    },
  };
}
