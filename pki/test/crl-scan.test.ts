import { describe, expect, test } from 'vitest';
import { parseCrl } from '../src/index.ts';
import { certificateIssuer, type Entry, makeCrl } from './authority/crls.ts';
import { bits, int, intOctets, seq, time } from './authority/der.ts';
import { ext } from './authority/extensions.ts';
import { makeRoot } from './authority/issue.ts';
import { signatureAlgorithm, signOctets } from './authority/keys.ts';
import { nameOf } from './authority/names.ts';
import { Random } from './authority/random.ts';

const root = makeRoot();
const issuer = root.certificate.subjectDn;

describe('when a revoked list is scanned', () => {
  test('then every entry is found with its reason and time, and nothing else', () => {
    const random = new Random(7);
    const entries = new Map<bigint, Entry & { date: Date }>();
    for (let i = 0; i < 5000; i++) {
      const octets = 1 + random.below(21);
      let serial = 0n;
      for (let k = 0; k < octets; k++) serial = serial * 256n + BigInt(random.below(256));
      if (random.chance(0.05)) serial = -serial;
      const date = new Date(Math.floor(random.next() * 4e9) * 1000);
      const shape = random.below(4);
      const reason = random.pick([0, 1, 2, 3, 4, 5, 6, 9, 10]);
      const invalidity = ext('2.5.29.24', Buffer.from('180f32303230303130313030303030305a', 'hex'));
      if (shape === 0) entries.set(serial, { serial, date });
      else if (shape === 3) entries.set(serial, { serial, date, reason, extensions: [invalidity] });
      else entries.set(serial, { serial, date, reason });
    }
    const { revoked } = parseCrl(makeCrl({ issuer: root, entries: [...entries.values()] }));
    expect(revoked.size).toBe(entries.size);
    for (const { serial, date, reason } of entries.values()) {
      const expected = { reason: reason ?? 0, revokedAt: date.getTime() / 1000 };
      expect(revoked.find(intOctets(BigInt(serial)), issuer)).toEqual(expected);
      const beside = BigInt(serial) + 1n;
      if (!entries.has(beside)) expect(revoked.find(intOctets(beside), issuer)).toBeUndefined();
    }
    expect(revoked.find(new Uint8Array(), issuer)).toBeUndefined();
    expect(revoked.find(new Uint8Array(40).fill(1), issuer)).toBeUndefined();
  });

  test('then every day of fifty years is read right', () => {
    const days = Array.from(
      { length: 18_262 },
      (_, i) => new Date(Date.UTC(2000, 0, 1 + i, i % 24, i % 60, (i * 7) % 60)),
    );
    const { revoked } = parseCrl(
      makeCrl({ issuer: root, entries: days.map((date, i) => ({ serial: i + 1, date })) }),
    );
    for (const [i, date] of days.entries()) {
      expect(revoked.find(intOctets(i + 1), issuer)?.revokedAt).toBe(date.getTime() / 1000);
    }
  });

  test('then entries of other issuers belong to these, from where they are named on', () => {
    const other = makeRoot('CN=Other').certificate.subjectDn;
    const named = { serial: 2, extensions: [certificateIssuer('CN=Other')] };
    const { revoked } = parseCrl(
      makeCrl({ issuer: root, entries: [{ serial: 1 }, named, { serial: 3, reason: 4 }] }),
    );
    const found = [1, 2, 3].map((serial) =>
      [issuer, other].map((name) => revoked.find(intOctets(serial), name) !== undefined),
    );
    expect(found).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  const listOf = (...entries: Uint8Array[]): Uint8Array => {
    const algorithm = signatureAlgorithm(root.key, 'sha256');
    const tbs = seq(
      int(1),
      algorithm,
      nameOf(root.name),
      time(new Date()),
      time(new Date()),
      seq(...entries),
    );
    return seq(tbs, algorithm, bits(signOctets(root.key, tbs, 'sha256')));
  };
  const moment = time(new Date('2026-01-01T00:00:00Z'));
  const badTime = (digits: string): Uint8Array => Uint8Array.of(0x17, 13, ...Buffer.from(`${digits}Z`));

  test.each([
    ['an entry that is no sequence', int(1)],
    ['an entry without a time', seq(int(1))],
    ['a serial that is not in its shortest form', seq(Uint8Array.of(2, 2, 0, 1), moment)],
    ['an empty serial', seq(Uint8Array.of(2, 0), moment)],
    ['a serial of 65 octets', seq(Uint8Array.of(2, 65, 1, ...new Uint8Array(64)), moment)],
    ['a month 13', seq(int(1), badTime('261301000000'))],
    ['a 29 February in a common year', seq(int(1), badTime('260229000000'))],
    ['a second 60', seq(int(1), badTime('260101000060'))],
    ['letters in the time', seq(int(1), badTime('2601010000x0'))],
    ['something after the extensions', seq(int(1), moment, seq(seq(int(1))), int(1))],
    ['the unused reason 7', seq(int(1), moment, seq(Buffer.from('300a0603551d1504030a0107', 'hex')))],
  ])('then %s is refused', (_, entry) => {
    expect(() => parseCrl(listOf(seq(int(5), moment), entry))).toThrow(/not well-formed/);
  });
});
