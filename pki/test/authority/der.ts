import { Tag } from '../../src/asn1/reader.ts';
import { encode } from '../../src/asn1/writer.ts';

/** DER by hand for the certificates, lists and answers that the tests issue, well-formed or not. */
export const seq = (...parts: Uint8Array[]): Uint8Array => encode(Tag.sequence, parts);
export const set = (...parts: Uint8Array[]): Uint8Array => encode(Tag.set, parts);
export const implicit = (n: number, ...parts: Uint8Array[]): Uint8Array => encode(0x80 | n, parts);
export const constructed = (n: number, ...parts: Uint8Array[]): Uint8Array => encode(0xa0 | n, parts);
export const octets = (value: Uint8Array): Uint8Array => encode(Tag.octetString, [value]);
export const bits = (value: Uint8Array): Uint8Array => encode(Tag.bitString, [Uint8Array.of(0), value]);
export const bool = (value: boolean): Uint8Array => encode(Tag.boolean, [Uint8Array.of(value ? 0xff : 0)]);
export const nothing = (): Uint8Array => encode(Tag.null, []);
export const utf8 = (text: string): Uint8Array => encode(Tag.utf8String, [Buffer.from(text, 'utf8')]);
export const printable = (text: string): Uint8Array =>
  encode(Tag.printableString, [Buffer.from(text, 'latin1')]);
export const ia5 = (text: string): Uint8Array => encode(Tag.ia5String, [Buffer.from(text, 'latin1')]);
export const enumerated = (value: number): Uint8Array => encode(Tag.enumerated, [Uint8Array.of(value)]);

export function intOctets(value: bigint | number): Uint8Array {
  const big = BigInt(value);
  let length = 1;
  while (big >= 1n << BigInt(8 * length - 1) || big < -(1n << BigInt(8 * length - 1))) length += 1;
  const hex = BigInt.asUintN(8 * length, big)
    .toString(16)
    .padStart(2 * length, '0');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export const int = (value: bigint | number): Uint8Array => encode(Tag.integer, [intOctets(value)]);

export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const content: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) | 0x80);
    content.push(...groups);
  }
  return encode(Tag.oid, [Uint8Array.from(content)]);
}

export function namedBits(...positions: number[]): Uint8Array {
  const highest = Math.max(-1, ...positions);
  const content = new Uint8Array(1 + Math.ceil((highest + 1) / 8));
  content[0] = highest < 0 ? 0 : 7 - (highest % 8);
  for (const position of positions) {
    const at = 1 + (position >> 3);
    content[at] = (content[at] ?? 0) | (0x80 >> (position & 7));
  }
  return encode(Tag.bitString, [content]);
}

/** UTCTime before 2050, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? encode(Tag.utcTime, [Buffer.from(`${digits.slice(2)}Z`)])
    : encode(Tag.generalizedTime, [Buffer.from(`${digits}Z`)]);
}

export const generalizedTime = (date: Date): Uint8Array =>
  encode(Tag.generalizedTime, [Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`)]);
