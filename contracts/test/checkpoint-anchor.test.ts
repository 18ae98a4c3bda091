import {
  type BaseContract,
  type Contract,
  ContractFactory,
  JsonRpcProvider,
  NonceManager,
  Wallet,
} from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readContract } from '../src/index.ts';
import { type Anvil, devKeys, startAnvil } from '../testing/anvil.ts';

const anchorArtifact = readContract('CheckpointAnchor');
const managerArtifact = readContract('AccessManager');
const logId = `0x${'11'.repeat(32)}`;
const root = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;

let anvil: Anvil;
let provider: JsonRpcProvider;
let owner: NonceManager;
let stranger: NonceManager;
let manager: Contract;
let anchor: Contract;

beforeAll(async () => {
  anvil = await startAnvil();
  provider = new JsonRpcProvider(anvil.url, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
  owner = new NonceManager(new Wallet(devKeys[0], provider));
  stranger = new NonceManager(new Wallet(devKeys[1], provider));
}, 30_000);

afterAll(async () => {
  provider.destroy();
  await anvil.stop();
});

async function deploy(artifact: typeof anchorArtifact, ...args: unknown[]): Promise<Contract> {
  const factory = new ContractFactory([...artifact.abi] as never, artifact.bytecode, owner);
  const contract: BaseContract = await factory.deploy(...args);
  await contract.waitForDeployment();
  return contract as Contract;
}

async function call(contract: Contract, name: string, ...args: unknown[]): Promise<void> {
  const sent = await contract.getFunction(name)(...args);
  await sent.wait();
}

/** The custom error's name and values with which a call is refused. */
async function refusal(contract: Contract, name: string, ...args: unknown[]): Promise<unknown[]> {
  try {
    await contract.getFunction(name).staticCall(...args);
  } catch (error) {
    const { revert } = error as { revert?: { name: string; args: unknown[] } };
    if (!revert) throw error;
    return [revert.name, ...revert.args];
  }
  throw new Error(`${name} was not refused`);
}

beforeEach(async () => {
  const admin = await owner.getAddress();
  manager = await deploy(managerArtifact, admin);
  anchor = await deploy(anchorArtifact, await manager.getAddress(), logId);
  const selector = anchor.getFunction('anchor').fragment.selector;
  await call(manager, 'setTargetFunctionRole', await anchor.getAddress(), [selector], 1n);
  await call(manager, 'grantRole', 1n, admin, 0);
});

describe('when the log anchors', () => {
  test('then the root stands for its size and the event says so', async () => {
    const sent = await anchor.getFunction('anchor')(5, root(5));
    const receipt = await sent.wait();
    expect(receipt.logs.map((log: { topics: string[] }) => log.topics)).toEqual([
      [anchor.interface.getEvent('Anchored')?.topicHash, root(5), root(5)],
    ]);
    expect(await anchor.getFunction('rootOf')(5)).toBe(root(5));
    expect([...(await anchor.getFunction('latest')())]).toEqual([5n, root(5)]);
    expect(await anchor.getFunction('isAnchored')(5, root(5))).toBe(true);
    expect(await anchor.getFunction('isAnchored')(5, root(6))).toBe(false);
    expect(await anchor.getFunction('isAnchored')(4, root(0))).toBe(false);
    expect(await anchor.getFunction('LOG_ID')()).toBe(logId);
  });

  test('then an equal anchor again changes nothing, also when a larger one came between', async () => {
    await call(anchor, 'anchor', 5, root(5));
    await call(anchor, 'anchor', 9, root(9));
    const sent = await anchor.getFunction('anchor')(5, root(5));
    const receipt = await sent.wait();
    expect(receipt.status).toBe(1);
    expect(receipt.logs).toEqual([]);
    expect([...(await anchor.getFunction('latest')())]).toEqual([9n, root(9)]);
  });

  test('then another root for the same size is refused with both roots', async () => {
    await call(anchor, 'anchor', 5, root(5));
    expect(await refusal(anchor, 'anchor', 5, root(6))).toEqual(['RootConflict', 5n, root(5), root(6)]);
  });

  test('then a smaller size is refused', async () => {
    await call(anchor, 'anchor', 5, root(5));
    expect(await refusal(anchor, 'anchor', 4, root(4))).toEqual(['SizeNotGrown', 5n, 4n]);
  });

  test('then an empty tree and a zero root are refused', async () => {
    expect(await refusal(anchor, 'anchor', 0, root(1))).toEqual(['NothingToAnchor', 0n, root(1)]);
    expect(await refusal(anchor, 'anchor', 1, root(0))).toEqual(['NothingToAnchor', 1n, root(0)]);
  });
});

describe('when a stranger calls', () => {
  test('then she can neither anchor, nor lock the log out with a huge size, nor send ether', async () => {
    const asStranger = anchor.connect(stranger) as Contract;
    const address = await stranger.getAddress();
    expect(await refusal(asStranger, 'anchor', 2n ** 64n - 1n, root(1))).toEqual([
      'AccessManagedUnauthorized',
      address,
    ]);
    await expect(stranger.sendTransaction({ to: await anchor.getAddress(), value: 1n })).rejects.toThrow();
    stranger.reset();
    expect(await refusal(manager.connect(stranger) as Contract, 'grantRole', 1n, address, 0)).toEqual([
      'AccessManagerUnauthorizedAccount',
      address,
      0n,
    ]);
    await call(anchor, 'anchor', 1, root(1));
  });
});

describe('when the manager closes the contract', () => {
  test('then nothing new is anchored and everything anchored stays readable', async () => {
    await call(anchor, 'anchor', 5, root(5));
    await call(manager, 'setTargetClosed', await anchor.getAddress(), true);
    expect((await refusal(anchor, 'anchor', 6, root(6)))[0]).toBe('AccessManagedUnauthorized');
    expect(await anchor.getFunction('isAnchored')(5, root(5))).toBe(true);
  });
});

describe('when the contract is deployed', () => {
  test('then a log without identity is refused', async () => {
    await expect(deploy(anchorArtifact, await manager.getAddress(), root(0))).rejects.toThrow();
    owner.reset();
  });
});
