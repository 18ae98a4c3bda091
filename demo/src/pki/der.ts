/**
 * DER, encode only (X.690 section 10): just the values that certificates, CRLs and CMS messages are made of.
 * Every function returns a complete TLV, so that structures read like their ASN.1.
 */
export type Der = Buffer;

const tlv = (tag: number, content: Uint8Array): Der => {
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
};

export const sequence = (...items: Der[]): Der => tlv(0x30, Buffer.concat(items));

/** SET OF: DER orders the elements by their encoding (X.690 section 11.6). */
export const setOf = (...items: Der[]): Der => tlv(0x31, Buffer.concat(items.toSorted(Buffer.compare)));

/** A non-negative INTEGER, given as a number or as big-endian bytes. */
export const integer = (value: number | Uint8Array): Der => {
  let hex = typeof value === 'number' ? value.toString(16) : Buffer.from(value).toString('hex');
  if (hex.length % 2 === 1) hex = `0${hex}`;
  hex = hex.replace(/^(00)+(?=.)/, '');
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  return tlv(0x02, Buffer.from(hex, 'hex'));
};

export const boolean = (value: boolean): Der => tlv(0x01, Buffer.from([value ? 0xff : 0x00]));

export const nullValue = (): Der => tlv(0x05, Buffer.alloc(0));

export const enumerated = (value: number): Der => tlv(0x0a, Buffer.from([value]));

export const octets = (content: Uint8Array): Der => tlv(0x04, content);

/** BIT STRING of whole bytes, as keys and signatures are. */
export const bits = (content: Uint8Array): Der => tlv(0x03, Buffer.concat([Buffer.from([0]), content]));

/** BIT STRING of named bits (X.680 section 22.7): trailing zero bits are dropped. */
export const namedBits = (...positions: number[]): Der => {
  const highest = Math.max(...positions);
  const content = Buffer.alloc(Math.floor(highest / 8) + 1);
  for (const position of positions) {
    const byte = Math.floor(position / 8);
    content[byte] = (content[byte] ?? 0) | (0x80 >> (position % 8));
  }
  return tlv(0x03, Buffer.concat([Buffer.from([7 - (highest % 8)]), content]));
};

export const oid = (dotted: string): Der => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const content: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const base128 = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      base128.unshift((left % 128) | 0x80);
    content.push(...base128);
  }
  return tlv(0x06, Buffer.from(content));
};

export const utf8 = (text: string): Der => tlv(0x0c, Buffer.from(text, 'utf8'));

export const printable = (text: string): Der => tlv(0x13, Buffer.from(text, 'latin1'));

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
export const time = (at: Date): Der => {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return at.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`, 'latin1'))
    : tlv(0x18, Buffer.from(`${digits}Z`, 'latin1'));
};

/** GeneralizedTime whatever the year, as OCSP wants it (RFC 6960 section 4.2.2.1). */
export const generalizedTime = (at: Date): Der =>
  tlv(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`, 'latin1'));

/** `[n]` around a complete value. */
export const explicit = (number: number, content: Der): Der => tlv(0xa0 | number, content);

/** `[n] IMPLICIT` of a primitive value, given without its own tag. */
export const implicitPrimitive = (number: number, content: Uint8Array): Der => tlv(0x80 | number, content);

/** `[n] IMPLICIT` of a constructed value: the elements go straight under the context tag. */
export const implicitConstructed = (number: number, ...items: Der[]): Der =>
  tlv(0xa0 | number, Buffer.concat(items));
