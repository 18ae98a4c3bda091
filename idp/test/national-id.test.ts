import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createIdentityVault } from '../src/domain/person/identity-vault.ts';
import { isNationalId, readNationalId } from '../src/domain/person/national-id.ts';
import { createPairwiseSubject } from '../src/domain/person/pairwise-subject.ts';
import { en } from '../src/locales/en.ts';
import { zhTW } from '../src/locales/zh-TW.ts';

/** The browser's own copy, plain JavaScript outside of this project's types. */
const { isNationalId: inBrowser, tidy } = (await import(
  new URL('../src/browser/national-id.js', import.meta.url).href
)) as { isNationalId(text: string): boolean; tidy(typed: string): string };

// A123456789 is the number on every specimen card.
test.each(['A123456789', 'A298713406', 'F190462852', 'B200143406'])(
  '%s holds, on the server and in the browser',
  (id) => {
    expect(isNationalId(id)).toBe(true);
    expect(inBrowser(id)).toBe(true);
  },
);

test('one changed character never holds', () => {
  for (const [at, other] of [
    [1, '2'],
    [4, '5'],
    [9, '8'],
  ] as const) {
    const changed = `A123456789`.slice(0, at) + other + 'A123456789'.slice(at + 1);
    expect(changed === 'A123456789' || !isNationalId(changed)).toBe(true);
    expect(inBrowser(changed)).toBe(isNationalId(changed));
  }
  for (const nonsense of ['', 'A12345678', 'A1234567890', 'a123456789', 'A323456789', '1234567890']) {
    expect(isNationalId(nonsense)).toBe(false);
  }
});

test('spaces, hyphens, small letters and full-width characters are forgiven', () => {
  for (const typed of ['a123 456 789', 'Ａ１２３４５６７８９', 'A-123-456-789']) {
    expect(readNationalId(typed)).toBe('A123456789');
    expect(tidy(typed)).toBe('A123456789');
  }
});

test('a sealed identity opens for its person and kind alone', () => {
  const vault = createIdentityVault({ seal: Buffer.alloc(32, 1), index: Buffer.alloc(32, 2) });
  const sealed = vault.seal('p1', 'national-id', 'A123456789');
  expect(vault.open('p1', 'national-id', sealed)).toBe('A123456789');
  expect(() => vault.open('p2', 'national-id', sealed)).toThrow('identity-unreadable');
  expect(() => vault.open('p1', 'name', sealed)).toThrow('identity-unreadable');
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => vault.open('p1', 'national-id', changed)).toThrow('identity-unreadable');
  expect(vault.seal('p1', 'national-id', 'A123456789').equals(sealed)).toBe(false);
});

test('subjects differ by sector, person and key', () => {
  const subjectOf = createPairwiseSubject(Buffer.alloc(32, 1));
  const all = [
    subjectOf('a', 'p1'),
    subjectOf('b', 'p1'),
    subjectOf('a', 'p2'),
    createPairwiseSubject(Buffer.alloc(32, 2))('a', 'p1'),
  ];
  expect(new Set(all).size).toBe(4);
  expect(subjectOf('a', 'p1')).toBe(all[0]);
});

test('every word that the scripts say is in both catalogues', () => {
  const scripts = ['sign-in.js', 'enrol.js', 'card.js'].map((name) =>
    readFileSync(new URL(`../src/browser/${name}`, import.meta.url), 'utf8'),
  );
  const said = new Set(
    scripts.flatMap((text) =>
      [...text.matchAll(/words\['([\w-]+)'\]|CardFailure\('([\w-]+)'\)|\]: '([\w-]+)'/g)].map(
        (match) => match[1] ?? match[2] ?? match[3],
      ),
    ),
  );
  expect(said.size).toBeGreaterThan(10);
  for (const word of said) {
    expect(Object.keys(zhTW)).toContain(`script.${word}`);
    expect(Object.keys(en)).toContain(`script.${word}`);
  }
});
