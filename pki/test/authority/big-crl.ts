import { bits, constructed, int, seq, time } from './der.ts';
import { authorityKeyId, encodeExtension, ext } from './extensions.ts';
import { day, type Signer } from './issue.ts';
import { signatureAlgorithm, signOctets } from './keys.ts';
import { nameOf } from './names.ts';
import { Random } from './random.ts';

const SERIAL_BYTES = 16;

/** A signed CRL with many entries of 16-octet serials, two in three with a reason code, written straight into one buffer. */
export function makeBigCrl(
  issuer: Signer,
  count: number,
  seed = 1,
): { der: Uint8Array; serials: Uint8Array[] } {
  const random = new Random(seed);
  const plain = 2 + 2 + SERIAL_BYTES + 15;
  const withReason = plain + 14;
  const entries = Buffer.alloc(count * withReason);
  const serials: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const hasReason = i % 3 !== 0;
    entries[at] = 0x30;
    entries[at + 1] = (hasReason ? withReason : plain) - 2;
    entries[at + 2] = 0x02;
    entries[at + 3] = SERIAL_BYTES;
    for (let k = 0; k < SERIAL_BYTES; k += 4)
      entries.writeUInt32BE(Math.floor(random.next() * 2 ** 32), at + 4 + k);
    entries[at + 4] = ((entries[at + 4] ?? 0) & 0x7f) | 0x40;
    if (i % 1000 === 0) serials.push(Uint8Array.from(entries.subarray(at + 4, at + 4 + SERIAL_BYTES)));
    entries.set(time(day(-(i % 900))), at + 4 + SERIAL_BYTES);
    at += plain;
    if (!hasReason) continue;
    entries.set([0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, i % 6], at);
    at += 14;
  }
  const algorithm = signatureAlgorithm(issuer.key, 'sha256');
  const extensions = [authorityKeyId(issuer.key.keyId), ext('2.5.29.20', int(1))];
  const tbs = seq(
    int(1),
    algorithm,
    nameOf(issuer.name),
    time(day(-1)),
    time(day(7)),
    seq(entries.subarray(0, at)),
    constructed(0, seq(...extensions.map(encodeExtension))),
  );
  return { der: seq(tbs, algorithm, bits(signOctets(issuer.key, tbs, 'sha256'))), serials };
}
