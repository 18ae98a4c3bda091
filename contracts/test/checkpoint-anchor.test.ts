import { type Contract, ContractFactory, JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContractName, readContract } from '../src/index.ts';
import { type Anvil, devKeys, startAnvil } from '../testing/anvil.ts';

// What the contract does is tested in Solidity (`CheckpointAnchor.t.sol`); here, what a real node makes of it.

const logId = `0x${'11'.repeat(32)}`;
/** Of a SHA-256 value no byte is likely to be zero, which would be cheaper. */
const root = (n: number) => `0x${(n + 0x11).toString(16).repeat(32)}`;

let anvil: Anvil;
let provider: JsonRpcProvider;
let log: NonceManager;
let anchor: Contract;

beforeAll(async () => {
  anvil = await startAnvil();
  provider = new JsonRpcProvider(anvil.url, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
  log = new NonceManager(new Wallet(devKeys[0], provider));
  const account = await log.getAddress();
  const manager = await deploy('AccessManager', account);
  anchor = await deploy('CheckpointAnchor', await manager.getAddress(), logId, account);
}, 30_000);

afterAll(async () => {
  provider.destroy();
  await anvil.stop();
});

async function deploy(name: ContractName, ...args: unknown[]): Promise<Contract> {
  const { abi, bytecode } = readContract(name);
  const contract = await new ContractFactory([...abi] as never, bytecode, log).deploy(...args);
  await contract.waitForDeployment();
  return contract as Contract;
}

async function anchored(size: number, from: NonceManager = log) {
  const sent = await (anchor.connect(from) as Contract).getFunction('anchor')(size, root(size % 100));
  return sent.wait();
}

describe('when a checkpoint of 10,000 entries is anchored', () => {
  test('then it costs less than 4 gas for each entry, the transaction and its data included', async () => {
    for (const size of [10_000, 20_000, 2 ** 40, 2 ** 48 - 1]) {
      expect((await anchored(size)).gasUsed).toBeLessThan(40_000n);
    }
  });

  test('then one event says so, and a proof of storage shows it', async () => {
    const size = 2 ** 52 + 1;
    const { logs } = await anchored(size);
    const topic = anchor.interface.getEvent('Anchored')?.topicHash;
    const word = `0x${size.toString(16).padStart(64, '0')}`;
    expect(logs.map(({ topics }: { topics: string[] }) => topics)).toEqual([[topic, word, root(size % 100)]]);
    const { storageProof } = await provider.send('eth_getProof', [
      await anchor.getAddress(),
      [0, 1].map((slot) => `0x${String(slot).padStart(64, '0')}`),
      'latest',
    ]);
    const [packed, newest] = storageProof.map(({ value }: { value: string }) => BigInt(value));
    expect((packed >> 176n) & (2n ** 64n - 1n)).toBe(BigInt(size));
    expect(newest).toBe(BigInt(root(size % 100)));
  });
});

describe('when a stranger sends', () => {
  test('then the chain carries out neither an anchor nor a payment', async () => {
    const stranger = new NonceManager(new Wallet(devKeys[1], provider));
    await expect(anchored(2 ** 53 - 1, stranger)).rejects.toThrow(/NotAnAnchorer|reverted/);
    stranger.reset();
    await expect(stranger.sendTransaction({ to: await anchor.getAddress(), value: 1n })).rejects.toThrow();
    expect(await anchor.getFunction('latestSize')()).toBe(2n ** 52n + 1n);
  });
});
