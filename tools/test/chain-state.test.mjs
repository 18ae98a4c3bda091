import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { chainState } from '../chain-state.mjs';

let file;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'xinlu-chain-')), 'state.json');
});

const block = (number, transactions = []) => ({
  header: { number: `0x${number.toString(16)}` },
  transactions,
});
const write = (blocks) =>
  writeFileSync(file, JSON.stringify({ best_block_number: blocks.length - 1, blocks }));
const numbers = () =>
  JSON.parse(readFileSync(file, 'utf8')).blocks.map(({ header }) => Number(header.number));

describe('the state file of the chain', () => {
  test('when it is half written, then the last whole copy takes its place', () => {
    write([block(0), block(1)]);
    const state = chainState(file);
    state.keepCopy();
    writeFileSync(file, '{"blocks":[{"head');
    state.keepCopy();
    expect(state.repair()).toBe('restored');
    expect(numbers()).toEqual([0, 1]);
  });

  test('when neither file nor copy is whole, then the chain begins anew', () => {
    writeFileSync(file, '{');
    expect(chainState(file).repair()).toBe('new');
    expect(existsSync(file)).toBe(false);
  });

  test('when it is long, then only old blocks without a transaction are left out', () => {
    write(Array.from({ length: 1000 }, (_, number) => block(number, number === 5 ? [{}] : [])));
    expect(chainState(file).repair()).toBe('whole');
    expect(numbers().slice(0, 3)).toEqual([0, 5, 744]);
    expect(numbers().at(-1)).toBe(999);
  });
});
