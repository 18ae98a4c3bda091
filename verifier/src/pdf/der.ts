import { concat } from '../encoding/bytes.ts';

/** One DER value (X.690): its tag, what is inside, and the whole of it. */
export type DerValue = { readonly tag: number; readonly content: Uint8Array; readonly der: Uint8Array };

/** Joins parts under a tag with the shortest length. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const length: number[] = [];
  if (content.length < 0x80) length.push(content.length);
  else {
    for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
    length.unshift(0x80 | length.length);
  }
  return concat(Uint8Array.of(tag, ...length), content);
}

/** The values that follow one another in some bytes; undefined if they are not DER of at most 64 KiB a value. */
export function readDer(bytes: Uint8Array): DerValue[] | undefined {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = readOne(bytes, at);
    if (!value) return undefined;
    values.push(value);
    at += value.der.length;
  }
  return values;
}

function readOne(bytes: Uint8Array, at: number): DerValue | undefined {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1];
  // Tags of more than one byte occur in nothing that is read here.
  if (first === undefined || (tag & 0x1f) === 0x1f || first > 0x82 || first === 0x80) return undefined;
  const extra = first < 0x80 ? 0 : first & 0x7f;
  let length = extra === 0 ? first : 0;
  for (let index = 0; index < extra; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const shortest = extra === 0 || length >= (extra === 1 ? 0x80 : 0x100);
  const start = at + 2 + extra;
  if (!shortest || start + length > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, start + length), der: bytes.subarray(at, start + length) };
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) | 0x80);
    return digits;
  });
  return der(0x06, Uint8Array.from(bytes));
}
