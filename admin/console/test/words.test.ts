import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { raZhTw } from '../src/i18n/ra-zh-tw.ts';
import { zhTw } from '../src/i18n/zh-tw.ts';

type Words = { [key: string]: string | Words };

function flatten(words: Words, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') flat.set(`${prefix}${key}`, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const chinese = flatten(zhTw);
const english = flatten(en);
const source = fileURLToPath(new URL('../src/', import.meta.url));

function placeholders(text: string): string[] {
  return [...new Set(text.match(/%\{\w+\}/g) ?? [])].sort();
}

test('when a word stands in one language, then it stands in the other, with the same placeholders', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [key, text] of chinese) {
    const other = english.get(key) ?? '';
    expect([key, placeholders(other.split('||||').at(-1) ?? '')]).toEqual([key, placeholders(text)]);
  }
});

test('when a page asks for a word, then the dictionary has it', () => {
  const known = new Set([...chinese.keys(), ...flatten(raZhTw).keys()]);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const asked = files.flatMap((name) => {
    const text = readFileSync(join(source, name), 'utf8');
    return [...text.matchAll(/\bt\('([a-z_]+\.[\w.-]+)'/g)].map((match) => `${name} ${match[1]}`);
  });
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((entry) => !known.has(entry.split(' ')[1] ?? ''))).toEqual([]);
});

test('when the server gives a fault or a refusal, then there are words for its code', () => {
  const rules = fileURLToPath(new URL('../../src/domain/', import.meta.url));
  const files = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const text = files.map((name) => readFileSync(join(rules, name), 'utf8')).join('\n');
  const faults = [...text.matchAll(/code: '([a-z-]+)'/g)].map((match) => `fault.${match[1]}`);
  const problems = [...text.matchAll(/refused\(\s*'([a-z-]+)'/g)].map((match) => `problem.${match[1]}`);
  expect(faults.length + problems.length).toBeGreaterThan(30);
  expect([...faults, ...problems].filter((key) => !chinese.has(key))).toEqual([]);
});
