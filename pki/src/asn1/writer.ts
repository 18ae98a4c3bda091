import { Tag } from './reader.ts';

/** Joins parts into one DER element with a definite length in its shortest form. */
export function encode(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const lengthOctets: number[] = [];
  if (length < 0x80) lengthOctets.push(length);
  else {
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) lengthOctets.unshift(rest % 256);
    lengthOctets.unshift(0x80 | lengthOctets.length);
  }
  const result = new Uint8Array(1 + lengthOctets.length + length);
  result[0] = tag;
  result.set(lengthOctets, 1);
  let position = 1 + lengthOctets.length;
  for (const part of parts) {
    result.set(part, position);
    position += part.length;
  }
  return result;
}

export function encodeSequence(parts: readonly Uint8Array[]): Uint8Array {
  return encode(Tag.sequence, parts);
}

/** A BIT STRING of whole octets. */
export function encodeBitString(octets: Uint8Array): Uint8Array {
  return encode(Tag.bitString, [Uint8Array.of(0), octets]);
}
