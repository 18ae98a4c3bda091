import { readBlockProof } from '@xinlu/verifier';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveBlock, rememberBlockProofs } from '../src/adapters/block-proof-ethers.ts';
import { chainProvider } from '../src/adapters/chain-ethers.ts';
import type { AnchorPlace } from '../src/domain/anchor-queue.ts';
import { type AnchoredLog, anchoredLog } from './support/anchored-log.ts';

let here: AnchoredLog;
let provider: ReturnType<typeof chainProvider>;

beforeAll(async () => {
  here = await anchoredLog();
  provider = chainProvider(here.proxy.url, 31337);
}, 60_000);
afterAll(async () => {
  provider.destroy();
  await here.close();
});

/** Anchors in a block with other transactions of every kind. */
async function anchored(others: number): Promise<AnchorPlace> {
  await here.grow();
  await here.round();
  const { address } = Wallet.createRandom();
  const [from] = (await here.rpc('eth_accounts', [])).slice(1);
  for (let i = 0; i < others; i++) {
    const price =
      i % 2 === 0 ? { gasPrice: '0x77359400' } : { maxFeePerGas: '0x77359400', maxPriorityFeePerGas: '0x1' };
    await here.rpc('eth_sendTransaction', [{ from, to: address, value: '0x1', ...price }]);
  }
  await here.mine(4);
  await here.round();
  const [newest] = await here.queue.finals(1);
  return newest?.place as AnchorPlace;
}

describe('when an anchor stands in a block', () => {
  test.each([0, 1, 20, 140])(
    'then its receipt is proven among %i others, by the block’s own hash',
    async (others) => {
      const place = await anchored(others);
      const proof = await proveBlock(provider, place);
      const block = readBlockProof(proof);
      expect(block).toMatchObject({ hash: place.blockHash, number: place.blockNumber });
      const [newest] = await here.queue.finals(1);
      expect(block?.events).toEqual([
        {
          contract: here.chain.contract.toLowerCase(),
          topics: [
            '0x4ac5b9bdb01817da80ec1c33e76c5bef927ab969dd8e8ba4ce21da0d7996e56f',
            `0x${newest?.size.toString(16).padStart(64, '0')}`,
            `0x${Buffer.from(newest?.root ?? []).toString('hex')}`,
          ],
        },
      ]);
    },
  );

  test('then no changed byte proves anything about that block', async () => {
    const proof = (await proveBlock(provider, await anchored(20))) as Uint8Array;
    const { hash } = readBlockProof(proof) ?? {};
    for (let at = 0; at < proof.length; at++) {
      for (const bit of [1, 128]) {
        const changed = proof.slice();
        changed[at] = (changed[at] as number) ^ bit;
        expect(readBlockProof(changed)?.hash).not.toBe(hash);
      }
    }
    for (const cut of [0, 1, 100, proof.length - 1])
      expect(readBlockProof(proof.subarray(0, cut))).toBeUndefined();
    expect(readBlockProof(Buffer.concat([proof, Uint8Array.of(0)]))).toBeUndefined();
  });

  test('then another transaction, an unknown block and an answer that does not add up prove nothing', async () => {
    const place = await anchored(1);
    const elsewhere = { ...place, transaction: `0x${'11'.repeat(32)}` };
    expect(await proveBlock(provider, elsewhere)).toBeUndefined();
    expect(await proveBlock(provider, { ...place, blockHash: `0x${'11'.repeat(32)}` })).toBeUndefined();
    for (const changes of [{ gasUsed: '0x1' }, { receiptsRoot: `0x${'22'.repeat(32)}` }]) {
      const send = async (method: string, params: unknown[]) => {
        const answer = await provider.send(method, params as never);
        return method === 'eth_getBlockByHash' ? { ...answer, ...changes } : answer;
      };
      expect(await proveBlock({ send } as never, place)).toBeUndefined();
    }
  });
});

describe('when evidence is asked for while the chain is away', () => {
  test('then it comes without a block at once, and with it once the chain has been back for a while', async () => {
    const place = await anchored(0);
    let time = 0;
    let asked = 0;
    const prove = rememberBlockProofs(
      (of) => {
        asked++;
        return proveBlock(provider, of);
      },
      () => time,
    );
    here.proxy.trouble = 'away';
    expect(await prove(place)).toBeUndefined();
    here.proxy.trouble = 'none';
    expect(await prove(place)).toBeUndefined();
    expect(asked).toBe(1);
    time = 10_000;
    const [proof, again] = [await prove(place), await prove(place)];
    expect(readBlockProof(proof)?.hash).toBe(place.blockHash);
    expect(again).toBe(proof);
    expect(asked).toBe(2);
  });
});
