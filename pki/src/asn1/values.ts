import { type DerElement, DerError, Tag } from './reader.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MS_PER_SECOND = 1000;

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function readBoolean(element: DerElement): boolean {
  const value = element.bytes[element.contentStart];
  if (element.length !== 1 || (value !== 0 && value !== 0xff)) {
    throw new DerError('A BOOLEAN is 00 or FF', element.start);
  }
  return value === 0xff;
}

/** The two's complement octets of an INTEGER, checked to be the shortest. */
export function readIntegerBytes(element: DerElement): Uint8Array {
  const { bytes, contentStart, length } = element;
  const first = bytes[contentStart];
  const second = bytes[contentStart + 1];
  if (length === 0) throw new DerError('An INTEGER has no octets', element.start);
  if (
    length > 1 &&
    ((first === 0 && (second as number) < 0x80) || (first === 0xff && (second as number) >= 0x80))
  ) {
    throw new DerError('An INTEGER is not in its shortest form', element.start);
  }
  return element.content;
}

/** An INTEGER from 0 to 2^31 - 1; anything else is refused. */
export function readSmallInteger(element: DerElement): number {
  const octets = readIntegerBytes(element);
  if (octets.length > 4 || (octets[0] as number) >= 0x80) {
    throw new DerError('The INTEGER is out of range', element.start);
  }
  let value = 0;
  for (const octet of octets) value = value * 256 + octet;
  return value;
}

/** A whole number of any size as a bigint (CRL numbers reach 20 octets). */
export function integerToBigInt(octets: Uint8Array): bigint {
  const value = BigInt(`0x${toHex(octets) || '0'}`);
  return (octets[0] ?? 0) >= 0x80 ? value - (1n << BigInt(8 * octets.length)) : value;
}

/** Upper-case hexadecimal without leading zeros; negative numbers, which RFC 5280 asks to tolerate, with a minus sign. */
export function integerToHex(octets: Uint8Array): string {
  if ((octets[0] ?? 0) >= 0x80) return `-${(-integerToBigInt(octets)).toString(16).toUpperCase()}`;
  return toHex(octets)
    .replace(/^0+(?=.)/, '')
    .toUpperCase();
}

/** Dotted decimal text of an OBJECT IDENTIFIER (X.690 8.19). Arcs over 2^53 are refused. */
export function readOid(element: DerElement): string {
  const { bytes, contentStart, end } = element;
  if (contentStart === end || (bytes[end - 1] as number) >= 0x80) {
    throw new DerError('The OBJECT IDENTIFIER is cut off', element.start);
  }
  let text = '';
  let arc = 0;
  let arcStart = true;
  for (let i = contentStart; i < end; i++) {
    const octet = bytes[i] as number;
    if (arcStart && octet === 0x80) throw new DerError('An arc is not in its shortest form', i);
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) throw new DerError('An arc is too large', i);
    arcStart = octet < 0x80;
    if (!arcStart) continue;
    if (text === '') {
      const first = arc < 80 ? Math.floor(arc / 40) : 2;
      text = `${first}.${arc - first * 40}`;
    } else text += `.${arc}`;
    arc = 0;
  }
  return text;
}

/** The octets of a BIT STRING whose length is a whole number of octets, as all keys and signatures are. */
export function readOctetAlignedBits(element: DerElement): Uint8Array {
  if (element.length < 1 || element.bytes[element.contentStart] !== 0) {
    throw new DerError('The BIT STRING is not made of whole octets', element.start);
  }
  return element.bytes.subarray(element.contentStart + 1, element.end);
}

/** A named bit list as a number: bit n of the list is bit n of the result (at most 16 named bits). */
export function readNamedBits(element: DerElement): number {
  const unused = element.bytes[element.contentStart];
  const count = element.length - 1;
  if (unused === undefined || count < 0 || unused > 7 || (count === 0 && unused !== 0)) {
    throw new DerError('The BIT STRING is malformed', element.start);
  }
  if (count > 2) throw new DerError('The BIT STRING holds more bits than are named', element.start);
  let bits = 0;
  for (let n = 0; n < count * 8; n++) {
    const octet = element.bytes[element.contentStart + 1 + (n >> 3)] as number;
    if ((octet & (0x80 >> (n & 7))) === 0) continue;
    if (n >= count * 8 - unused)
      throw new DerError('The unused bits of a BIT STRING are not zero', element.start);
    bits |= 1 << n;
  }
  return bits;
}

/** UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5 (seconds, `Z`), as milliseconds since 1970. */
export function readTime(element: DerElement): number {
  const { bytes, contentStart, tag, length } = element;
  const yearDigits = tag === Tag.utcTime ? 2 : 4;
  if ((tag !== Tag.utcTime && tag !== Tag.generalizedTime) || length !== yearDigits + 11) {
    throw new DerError('The time is not in the form that RFC 5280 prescribes', element.start);
  }
  const digits = (offset: number, count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const digit = (bytes[contentStart + offset + i] as number) - 0x30;
      if (digit < 0 || digit > 9)
        throw new DerError('The time holds something other than digits', element.start);
      value = value * 10 + digit;
    }
    return value;
  };
  if (bytes[element.end - 1] !== 0x5a) throw new DerError('The time does not end in Z', element.start);
  const shortYear = digits(0, yearDigits);
  const year = yearDigits === 4 ? shortYear : shortYear + (shortYear >= 50 ? 1900 : 2000);
  const month = digits(yearDigits, 2);
  const day = digits(yearDigits + 2, 2);
  const hour = digits(yearDigits + 4, 2);
  const minute = digits(yearDigits + 6, 2);
  const second = digits(yearDigits + 8, 2);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw new DerError('The time names a moment that does not exist', element.start);
  }
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * MS_PER_SECOND;
}

const STRING_TAGS: ReadonlySet<number> = new Set([
  Tag.utf8String,
  Tag.numericString,
  Tag.printableString,
  Tag.teletexString,
  Tag.ia5String,
  Tag.visibleString,
  Tag.universalString,
  Tag.bmpString,
]);

export function isStringTag(tag: number): boolean {
  return STRING_TAGS.has(tag);
}

/** Text of any of the ASN.1 string types; `tag` may override the element's own for IMPLICIT tagging. */
export function readString(element: DerElement, tag: number = element.tag): string {
  const content = element.content;
  switch (tag) {
    case Tag.utf8String:
      try {
        return utf8.decode(content);
      } catch (cause) {
        throw new DerError(`The UTF8String is not UTF-8 (${String(cause)})`, element.start);
      }
    case Tag.teletexString:
      return Buffer.from(content).toString('latin1');
    case Tag.bmpString:
      if (content.length % 2 !== 0) throw new DerError('A BMPString has half a character', element.start);
      return Buffer.from(content).swap16().toString('utf16le');
    case Tag.universalString:
      return readUniversalString(element);
    case Tag.numericString:
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.visibleString:
      for (const octet of content) {
        if (octet >= 0x80) throw new DerError('The string holds an octet outside ASCII', element.start);
      }
      return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
    default:
      throw new DerError('Not a string type', element.start);
  }
}

function readUniversalString(element: DerElement): string {
  const { content } = element;
  if (content.length % 4 !== 0)
    throw new DerError('A UniversalString has part of a character', element.start);
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  let text = '';
  for (let i = 0; i < content.length; i += 4) {
    const point = view.getUint32(i);
    if (point > 0x10ffff) throw new DerError('A UniversalString leaves Unicode', element.start);
    text += String.fromCodePoint(point);
  }
  return text;
}
