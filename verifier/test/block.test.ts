import { keccak_256 } from '@noble/hashes/sha3.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeRlp } from '../src/chain/rlp.ts';
import { base64url, concat, hex } from '../src/encoding/bytes.ts';
import { type ProvenBlock, readBlockProof, verifyFile } from '../src/index.ts';
import { anchorAt, newWorld, now, statusListOf, titleDeedOf, type World } from './support/world.ts';

// Blocks of a real chain, and every changed byte of their proofs, are tried where they are made: ledger/test/block-proof.test.ts.

type Value = Uint8Array | string | readonly Value[];

/** RLP of bytes, 0x hex or lists of them. */
function rlp(value: Value): Uint8Array {
  if (typeof value === 'string') return rlp(new Uint8Array(Buffer.from(value.slice(2), 'hex')));
  const isList = !(value instanceof Uint8Array);
  const content = isList ? concat(...value.map(rlp)) : value;
  if (!isList && content.length === 1 && (content[0] as number) < 0x80) return content;
  const base = isList ? 0xc0 : 0x80;
  if (content.length <= 55) return concat(Uint8Array.of(base + content.length), content);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  const short = length.subarray(length.findIndex((byte) => byte > 0));
  return concat(Uint8Array.of(base + 55 + short.length), new Uint8Array(short), content);
}

const topic = '0x4ac5b9bdb01817da80ec1c33e76c5bef927ab969dd8e8ba4ce21da0d7996e56f';
const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;
const number = 12;

type Log = [contract: Value, topics: Value, data: Value];

/** A block whose one transaction left these logs. */
function block(
  logs: readonly Log[],
  { status = '0x01', type = [2] }: { status?: string; type?: number[] } = {},
) {
  const receipt = concat(Uint8Array.from(type), rlp([status, '0x5208', new Uint8Array(256), logs]));
  // The key is RLP of 0, the byte 0x80; a leaf with both of its half bytes.
  const leaf = rlp(['0x2080', receipt]);
  const fields: Value[] = Array.from({ length: 16 }, () => new Uint8Array(32).fill(3));
  fields[5] = keccak_256(leaf);
  fields[8] = Uint8Array.of(number);
  const header = rlp(fields);
  const key = rlp(new Uint8Array());
  return { hash: `0x${hex(keccak_256(header))}`, parts: [header, key, leaf] };
}

let world: World;
let document: string;
let status: string;
let log: Log;
let root: Uint8Array;

beforeAll(async () => {
  world = await newWorld();
  document = await titleDeedOf(world.landOffice);
  status = await statusListOf(world.landOffice, 0);
  ({ root } = await world.evidence('credential', document, 'land-office'));
  log = [anchorAt.contract, [topic, word(9), root], '0x'];
});

async function judge(statement: object, trust: object = world.trust) {
  const anchor = await world.anchorStatement(9, root, { block_number: number, ...statement });
  const file = await world.file('credential', document, 'land-office', { status, anchor });
  const { verdict, checks } = await verifyFile(file, { trust: JSON.stringify(trust), at: now });
  return [verdict, checks.find(({ name }) => name === 'block')?.code];
}

const stating = ({ hash, parts }: ReturnType<typeof block>) => ({
  block_hash: hash,
  block: base64url(rlp(parts)),
});

describe('when an anchor statement carries its block', () => {
  test('then the block itself shows the anchor, among other events', async () => {
    const other: Log = [`0x${'77'.repeat(20)}`, [], `0x${'01'.repeat(90)}`];
    expect(await judge(stating(block([other, log])))).toEqual(['valid', 'block.proven']);
    expect(await judge(stating(block([log], { type: [] })))).toEqual(['valid', 'block.proven']);
  });

  test('then a trust list may name it as final, and one that names no hashes is none', async () => {
    const shown = block([log]);
    const naming = (finalBlocks: unknown) => ({ ...world.trust, anchor: { ...anchorAt, finalBlocks } });
    const upper = `0x${shown.hash.slice(2).toUpperCase()}`;
    expect(await judge(stating(shown), naming([word(1), upper]))).toEqual(['valid', 'block.named']);
    expect(await judge(stating(shown), naming([word(1)]))).toEqual(['valid', 'block.proven']);
    for (const wrong of [shown.hash, ['0x1'], [null]]) {
      expect((await judge(stating(shown), naming(wrong)))[0]).toBe('cannot-tell');
    }
  });

  test('then without one there is nothing to check, and the statement stands as before', async () => {
    expect(await judge({})).toEqual(['valid', undefined]);
  });

  test('then a block that holds no such event convicts the file', async () => {
    const wrong: Log[][] = [
      [],
      [[`0x${'77'.repeat(20)}`, [topic, word(9), root], '0x']],
      [[anchorAt.contract, [topic, word(8), root], '0x']],
      [[anchorAt.contract, [topic, word(9), word(1)], '0x']],
      [[anchorAt.contract, [word(1), word(9), root], '0x']],
      [[anchorAt.contract, [topic, word(9), root, word(1)], '0x']],
      [[anchorAt.contract, [topic, word(9), '0x01'], '0x'], log],
      [[anchorAt.contract, 'topics' as never, '0x'], log],
    ];
    for (const logs of wrong) {
      expect(await judge(stating(block(logs)))).toEqual(['not-valid', 'block.not-proven']);
    }
  });

  test('then another block, a failed transaction and what is no proof convict it too', async () => {
    const shown = block([log]);
    const { block: proof } = stating(shown);
    const statements = [
      { block_hash: word(1), block: proof },
      { ...stating(shown), block_number: 13 },
      stating(block([log], { status: '0x' })),
      stating(block([log], { status: '0x02' })),
      stating({ ...block([]), parts: [...block([]).parts.slice(0, 2), shown.parts[2] as Uint8Array] }),
      stating(block([log], { type: [0x80] })),
      stating({ ...shown, parts: shown.parts.slice(0, 2) }),
      stating({ ...shown, parts: [...shown.parts, shown.parts[2] as Uint8Array] }),
      stating({
        ...shown,
        parts: [shown.parts[0] as Uint8Array, Uint8Array.of(1), shown.parts[2] as Uint8Array],
      }),
      { block_hash: shown.hash, block: '' },
      { block_hash: shown.hash, block: 7 },
      { block_hash: shown.hash, block: base64url(rlp([])) },
      { block_hash: shown.hash, block: base64url(rlp([shown.parts])) },
    ];
    for (const statement of statements) {
      expect(await judge(statement)).toEqual(['not-valid', 'block.not-proven']);
    }
  });
});

describe('when bytes are read as RLP', () => {
  test.each([
    ['nothing', ''],
    ['more than one value', '0101'],
    ['a small byte with a prefix', '8101'],
    ['a length that is written long', `b801${'ff'}`],
    ['a length with a leading zero', `b90038${'ff'.repeat(56)}`],
    ['a value that is cut short', '8201'],
    ['a list that is cut short', 'c201'],
    ['an item that reaches out of its list', 'c4c1820101'],
    ['a length beyond everything', `bf${'ff'.repeat(8)}`],
    ['lists within lists without end', `${'c1'.repeat(40)}c0`],
  ])('then %s is refused', (_, text) => {
    expect(decodeRlp(new Uint8Array(Buffer.from(text, 'hex')))).toBeUndefined();
  });

  test('then what was written comes back', () => {
    const value = [Uint8Array.of(1), new Uint8Array(), new Uint8Array(60).fill(9), [[], Uint8Array.of(200)]];
    expect(decodeRlp(rlp(value))).toEqual(value);
    const whole: ProvenBlock | undefined = readBlockProof(rlp(block([log]).parts));
    expect(whole?.number).toBe(number);
  });
});
