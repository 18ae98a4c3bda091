import { beforeAll, describe, expect, test } from 'vitest';
import { hex, sha256, utf8 } from '../src/encoding/bytes.ts';
import { chainViewOver, verifyFile } from '../src/index.ts';
import { anchorAt, newWorld, now, origin, statusListOf, titleDeedOf, type World } from './support/world.ts';

/** keccak256('Anchored(uint64,bytes32)'), computed elsewhere. */
const topic = '0x4ac5b9bdb01817da80ec1c33e76c5bef927ab969dd8e8ba4ce21da0d7996e56f';
const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;

let world: World;
let file: string;
let unstated: string;
let root: string;

beforeAll(async () => {
  world = await newWorld();
  const document = await titleDeedOf(world.landOffice);
  const status = await statusListOf(world.landOffice, 0);
  file = await world.file('credential', document, 'land-office', { status });
  unstated = await world.file('credential', document, 'land-office', { status, anchor: undefined });
  root = `0x${hex((await world.evidence('credential', document, 'land-office')).root)}`;
});

type Answers = Record<string, (params: never[]) => unknown>;

/** A node that holds the checkpoint in block 12 of 20, 15 of them final, with these answers in place of its own. */
function node(changes: Answers = {}): typeof fetch {
  const answers: Answers = {
    eth_chainId: () => `0x${anchorAt.chainId.toString(16)}`,
    eth_getCode: () => '0x6001',
    eth_call: () => `0x${hex(sha256(utf8(origin)))}`,
    eth_getLogs: () => [event()],
    eth_getBlockByNumber: () => ({ number: '0xf' }),
    ...changes,
  };
  return async (_, request) => {
    const { method, params } = JSON.parse(String(request?.body));
    return Response.json({ jsonrpc: '2.0', id: 1, result: answers[method]?.(params as never[]) });
  };
}

const event = (changes: object = {}) => ({
  address: anchorAt.contract,
  topics: [topic, word(9), root],
  blockNumber: '0xc',
  ...changes,
});

async function look(changes: Answers = {}, text = file) {
  const chain = chainViewOver('http://node.example', { fetch: node(changes) });
  const report = await verifyFile(text, { trust: world.trustText, at: now, chain });
  const [made] = report.checks.filter(({ name }) => name === 'chain');
  return [report.verdict, made?.code];
}

describe('when the chain is asked', () => {
  test('then a checkpoint in a final block needs nobody’s word', async () => {
    expect(await look()).toEqual(['valid', 'chain.final']);
    expect(await look({}, unstated)).toEqual(['valid', 'chain.final']);
  });

  test('then one that is not final yet, or not at all there, is not called so', async () => {
    for (const block of [null, { number: '0xb' }]) {
      expect(await look({ eth_getBlockByNumber: () => block })).toEqual(['cannot-tell', 'chain.not-final']);
    }
    expect(await look({ eth_getLogs: () => [] })).toEqual(['not-valid', 'chain.absent']);
    expect(await look({ eth_getLogs: () => [] }, unstated)).toEqual(['cannot-tell', 'chain.absent']);
  });

  test('then another root for this size convicts the file', async () => {
    const other = event({ topics: [topic, word(9), word(1)] });
    expect(await look({ eth_getLogs: () => [other] })).toEqual(['not-valid', 'chain.conflict']);
    expect(await look({ eth_getLogs: () => [event(), other] })).toEqual(['not-valid', 'chain.conflict']);
  });

  test('then a block that the file names wrongly is looked past', async () => {
    const asked: unknown[] = [];
    const eth_getLogs = ([{ fromBlock, toBlock }]: [{ fromBlock: string; toBlock: string }]) => {
      asked.push([fromBlock, toBlock]);
      return toBlock === 'latest' ? [event()] : undefined;
    };
    expect(await look({ eth_getLogs: eth_getLogs as never })).toEqual(['valid', 'chain.final']);
    expect(asked).toEqual([
      ['0xc', '0xc'],
      ['0x0', 'latest'],
    ]);
  });

  test('then another chain, contract or log is not taken for ours', async () => {
    const wrong: Answers[] = [
      { eth_chainId: () => '0x1' },
      { eth_getCode: () => '0x' },
      { eth_call: () => word(1) },
    ];
    for (const changes of wrong) expect(await look(changes)).toEqual(['cannot-tell', 'chain.wrong-network']);
  });

  test('then nonsense is no answer', async () => {
    const logs = [
      'none',
      {},
      [null],
      [{ ...event(), address: `0x${'11'.repeat(20)}` }],
      [event({ topics: [topic, word(8), root] })],
      [event({ topics: [word(1), word(9), root] })],
      [event({ topics: [topic, word(9)] })],
      [event({ topics: [topic, word(9), '0x1'] })],
      [event({ removed: true })],
      [event({ blockNumber: 'soon' })],
    ];
    for (const answer of logs) {
      expect(await look({ eth_getLogs: () => answer })).toEqual(['cannot-tell', 'chain.unreachable']);
    }
    expect(await look({ eth_getBlockByNumber: () => ({ number: '12' }) })).toEqual([
      'cannot-tell',
      'chain.unreachable',
    ]);
  });
});
