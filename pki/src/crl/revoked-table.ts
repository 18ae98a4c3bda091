import type { DistinguishedName } from '../certificate/name.ts';

/** An entry of a CRL: the reason code (RFC 5280 5.3.1; 0 when none is stated) and when, in seconds since 1970. */
export type RevokedEntry = { reason: number; revokedAt: number };

/** The arrays of a table, as they travel between threads. */
export type RevokedTableParts = {
  /** 32-bit words per serial number; shorter serials are sign-extended. */
  words: number;
  /** The number of buckets is 2 ** bits. */
  bits: number;
  /** Bucket b holds the entries from starts[b] up to starts[b + 1]. */
  starts: Uint32Array;
  /** Serial octets in their own order, seen as words: equal words are equal octets. */
  serials: Uint32Array;
  reasons: Uint8Array;
  /** Seconds since 1970. */
  dates: Uint32Array;
  /** Index into `issuers` per entry; absent when every entry belongs to the CRL's issuer. */
  issuerIndexes: Uint16Array | undefined;
  /** Keys of the names of the certificate issuers (RFC 5280 5.3.3). */
  issuers: string[];
  /** An entry has a critical extension that is not known here, so that the list must not be used (RFC 5280 5.3). */
  hasUnknownCritical: boolean;
};

export const REASON_REMOVE_FROM_CRL = 8;

/**
 * The revoked list of a CRL as flat arrays grouped by a hash of the serial number: 25 octets an entry for 16-octet
 * serials, one memory access or two a look-up, and nothing for the garbage collector to walk.
 */
export class RevokedTable {
  readonly #parts: RevokedTableParts;

  constructor(parts: RevokedTableParts) {
    this.#parts = parts;
  }

  get parts(): RevokedTableParts {
    return this.#parts;
  }

  get size(): number {
    return this.#parts.reasons.length;
  }

  get hasUnknownCritical(): boolean {
    return this.#parts.hasUnknownCritical;
  }

  /** Octets held in memory. */
  get heldBytes(): number {
    const { starts, serials, reasons, dates, issuerIndexes } = this.#parts;
    return (
      starts.byteLength +
      serials.byteLength +
      reasons.byteLength +
      dates.byteLength +
      (issuerIndexes?.byteLength ?? 0)
    );
  }

  /**
   * The entry for a serial number (two's complement octets) of a certificate issued by `issuer`. Should a serial
   * stand twice, an entry that revokes wins over one that removes.
   */
  find(serial: Uint8Array, issuer: DistinguishedName): RevokedEntry | undefined {
    const { words, bits, starts, serials, reasons, dates, issuerIndexes, issuers } = this.#parts;
    if (reasons.length === 0 || serial.length > words * 4 || serial.length === 0) return undefined;
    const wanted = toWords(serial, words);
    const bucket = bucketOf(wanted, 0, words, bits);
    let found: RevokedEntry | undefined;
    for (let i = starts[bucket] as number; i < (starts[bucket + 1] as number); i++) {
      if (!matches(serials, i * words, wanted)) continue;
      if (issuers[issuerIndexes ? (issuerIndexes[i] as number) : 0] !== issuer.key) continue;
      const entry = { reason: reasons[i] as number, revokedAt: dates[i] as number };
      if (entry.reason !== REASON_REMOVE_FROM_CRL) return entry;
      found = entry;
    }
    return found;
  }

  /** The serial numbers of the certificates issued by `issuer` that stand here, as shortest two's complement octets, in no order. */
  *serials(issuer: DistinguishedName): Generator<Uint8Array> {
    const { words, serials, reasons, issuerIndexes, issuers } = this.#parts;
    const octets = new Uint8Array(serials.buffer, serials.byteOffset, serials.byteLength);
    for (let i = 0; i < reasons.length; i++) {
      if (issuers[issuerIndexes ? (issuerIndexes[i] as number) : 0] !== issuer.key) continue;
      yield shortest(octets.subarray(i * words * 4, (i + 1) * words * 4));
    }
  }

  /** Each entry once, in no order, for reports. */
  *entries(): Generator<RevokedEntry> {
    const { reasons, dates } = this.#parts;
    for (let i = 0; i < reasons.length; i++)
      yield { reason: reasons[i] as number, revokedAt: dates[i] as number };
  }
}

/** Without the octets that only repeat the sign: tables of other widths hold the same number by other words. */
function shortest(octets: Uint8Array): Uint8Array {
  let from = 0;
  while (from < octets.length - 1) {
    const [first, second] = [octets[from] as number, octets[from + 1] as number];
    if (!(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80)) break;
    from += 1;
  }
  return octets.subarray(from);
}

function matches(serials: Uint32Array, offset: number, wanted: Uint32Array): boolean {
  for (let k = 0; k < wanted.length; k++) if (serials[offset + k] !== wanted[k]) return false;
  return true;
}

function toWords(serial: Uint8Array, words: number): Uint32Array {
  const padded = new Uint8Array(words * 4);
  if ((serial[0] as number) >= 0x80) padded.fill(0xff, 0, padded.length - serial.length);
  padded.set(serial, padded.length - serial.length);
  return new Uint32Array(padded.buffer);
}

/** Multiplies and folds word by word, so that the upper bits depend on every octet. */
export function bucketOf(serials: Uint32Array, offset: number, words: number, bits: number): number {
  let hash = 0x811c9dc5;
  for (let i = offset; i < offset + words; i++) {
    hash = Math.imul(hash ^ (serials[i] as number), 0x2c1b3c6d);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x01000193) >>> (32 - bits);
}
