import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type BaseBlock, fromBER } from 'asn1js';
import { describe, expect, test } from 'vitest';
import { type DerElement, DerReader } from '../src/asn1/reader.ts';
import {
  integerToHex,
  readBoolean,
  readIntegerBytes,
  readNamedBits,
  readOid,
  readTime,
} from '../src/asn1/values.ts';
import { serialOctets } from '../src/engine/serial-octets.ts';
import { int, intOctets, namedBits, oid } from './authority/der.ts';
import { makeLeaf, makeRoot } from './authority/issue.ts';
import { Random } from './authority/random.ts';

const whole = (hex: string): DerElement => {
  const reader = new DerReader(Buffer.from(hex, 'hex'));
  const element = reader.readAny();
  reader.finish();
  return element;
};

describe('when bytes are not strict DER', () => {
  test.each([
    ['an indefinite length', '30800000'],
    ['a long form for a short length', '3081020500'],
    ['a length with leading zeros', '30820002 0500'],
    ['a length beyond the end', '30050500'],
    ['a tag of more than one octet', '1f8101 00'],
    ['nothing', ''],
    ['half a head', '30'],
    ['bytes behind', '0500ff'],
    ['a length of five octets', '3085000000000000'],
  ])('then %s is refused', (_, hex) => expect(() => whole(hex.replaceAll(' ', ''))).toThrow());

  test.each([
    ['an integer with a leading zero', () => readIntegerBytes(whole('02020001'))],
    ['an integer with leading ones', () => readIntegerBytes(whole('0202ff80'))],
    ['an empty integer', () => readIntegerBytes(whole('0200'))],
    ['a boolean 01', () => readBoolean(whole('010101'))],
    ['an OID that is cut off', () => readOid(whole('060288'))],
    ['an OID with a padded arc', () => readOid(whole('0603558001'))],
    ['an OID with a huge arc', () => readOid(whole('060a55ffffffffffffffff7f'))],
    ['bits that are not zero though unused', () => readNamedBits(whole('03020701'))],
    ['a UTCTime without seconds', () => readTime(whole(`170b${Buffer.from('2606010000Z').toString('hex')}`))],
    [
      'a UTCTime with an offset',
      () => readTime(whole(`1711${Buffer.from('260601000000+0800').toString('hex')}`)),
    ],
    ['a 31 June', () => readTime(whole(`170d${Buffer.from('260631000000Z').toString('hex')}`))],
  ])('then %s is refused', (_, read) => expect(read).toThrow());
});

describe('when values are read', () => {
  test('then integers, OIDs and named bits come back as they were written', () => {
    const random = new Random(3);
    for (let i = 0; i < 500; i++) {
      const value = BigInt(Math.floor(random.next() * 2 ** 48)) * (random.chance(0.3) ? -1n : 1n);
      const text = integerToHex(readIntegerBytes(whole(Buffer.from(int(value)).toString('hex'))));
      expect(text).toBe(value.toString(16).toUpperCase());
      expect(Buffer.from(serialOctets(text))).toEqual(Buffer.from(intOctets(value)));
      const arcs = `${random.below(2)}.${random.below(40)}.${random.below(2 ** 31)}.${random.below(300)}`;
      expect(readOid(whole(Buffer.from(oid(arcs)).toString('hex')))).toBe(arcs);
      const bit = random.below(9);
      expect(readNamedBits(whole(Buffer.from(namedBits(bit)).toString('hex')))).toBe(1 << bit);
    }
  });
});

/** The elements of a tree with their extents, by our reader and by asn1js. */
function ours(reader: DerReader, out: string[]): string[] {
  while (!reader.done) {
    const element = reader.readAny();
    out.push(`${element.tag & 0x1f}:${element.length}`);
    if ((element.tag & 0x20) !== 0) ours(element.reader(), out);
  }
  return out;
}

function theirs(block: BaseBlock, out: string[]): string[] {
  out.push(`${block.idBlock.tagNumber}:${block.lenBlock.length}`);
  const inner: unknown = 'value' in block.valueBlock ? block.valueBlock.value : undefined;
  if (block.idBlock.isConstructed && Array.isArray(inner)) for (const child of inner) theirs(child, out);
  return out;
}

describe('when a well-kept parser reads the same', () => {
  test('then both see the same elements', () => {
    const folder = new URL('../../../shared/pkits/certs/', import.meta.url);
    const samples = existsSync(folder)
      ? readdirSync(folder).map((name) => readFileSync(new URL(name, folder)))
      : [];
    const root = makeRoot();
    for (const der of [root.der, makeLeaf(root).der, ...samples]) {
      const parsed = fromBER(Uint8Array.from(der).buffer);
      expect(ours(new DerReader(der), [])).toEqual(theirs(parsed.result, []));
    }
  });
});
