import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { createLogger } from '@xinlu/common/log';
import { type ContractName, readContract } from '@xinlu/contracts';
import { type Anvil, devKeys, startAnvil } from '@xinlu/contracts/testing';
import { Contract, ContractFactory, Interface, type JsonRpcProvider, Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anchorQueueInPostgres } from '../src/adapters/anchor-queue-postgres.ts';
import { chainOverEthers, chainProvider, logIdOf } from '../src/adapters/chain-ethers.ts';
import { tilesInFiles } from '../src/adapters/tiles-files.ts';
import { deployAnchor } from '../src/commands/deploy-anchor.ts';
import type { AnchorQueue } from '../src/domain/anchor-queue.ts';
import { anchorOnce } from '../src/domain/anchoring.ts';
import type { Chain } from '../src/domain/chain.ts';
import { sequenceOnce } from '../src/domain/sequencer.ts';
import { backUp, newEntry, newLog, origin, type TestLog } from './support/ledger.ts';

const gwei = 1_000_000_000n;
const feeCap = { maxFee: 300n * gwei, maxTip: 30n * gwei };
const policy = { everySeconds: 0, resendSeconds: 0, batch: 20, feeCap };
/** Transactions of `deploy-anchor`: two contracts, three calls of the manager. */
const deployments = 5;
const anchorInterface = new Interface([...readContract('CheckpointAnchor').abi] as never);
const formerAnchor = new URL('./fixture/former-anchor.json', import.meta.url);
const quiet = createLogger({ name: 'test', level: 'fatal' });

let log: TestLog;
let queue: AnchorQueue;
let anvil: Anvil;
let folder: string;
let provider: JsonRpcProvider;
let chain: Chain;

beforeEach(async () => {
  log = await newLog();
  queue = anchorQueueInPostgres(log.database);
  folder = await mkdtemp(join(tmpdir(), 'xinlu-anchor-'));
  await writeFile(join(folder, 'key'), devKeys[0]);
  // A block only when the test mines one: each state can be looked at.
  anvil = await startAnvil();
  provider = chainProvider(anvil.url, 31337);
  chain = await deploy();
});
afterEach(async () => {
  provider.destroy();
  await anvil.stop();
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const mine = (blocks = 1) => provider.send('anvil_mine', [blocks]);

async function deploy(offices: { admin?: string; guardian?: string } = {}): Promise<Chain> {
  await provider.send('evm_setAutomine', [true]);
  const options = { rpcUrl: anvil.url, chainId: 31337, origin, clock: systemClock, log: quiet, ...offices };
  const file = await deployAnchor({
    ...options,
    keyFile: join(folder, 'key'),
    anchorFile: join(folder, 'anchor.json'),
  });
  await provider.send('evm_setAutomine', [false]);
  return chainOverEthers({ provider, ...file, privateKey: devKeys[0], origin });
}

async function contractOf(name: ContractName, args: unknown[], wallet: Wallet): Promise<Contract> {
  const { abi, bytecode } = readContract(name);
  const contract = await new ContractFactory([...abi] as never, bytecode, wallet).deploy(...args);
  return (await contract.waitForDeployment()) as Contract;
}

const round = (over: Chain = chain) =>
  anchorOnce({ queue, store: log.store, chain: over, clock: systemClock, policy });

async function grow(entries = 1) {
  for (let i = 0; i < entries; i++) await log.store.submit(newEntry());
  await sequenceOnce(log);
}

const states = async () =>
  [...(await queue.open()), ...(await queue.finals(99))].map((a) => `${a.size} ${a.state}`);

describe('when the log has grown', () => {
  test('then its checkpoint goes through each state, told as it is', async () => {
    await grow(3);
    await round();
    expect(await states()).toEqual(['3 sent']);
    await mine();
    await round();
    expect(await states()).toEqual(['3 included']);
    await mine();
    await round();
    expect(await states()).toEqual(['3 safe']);
    await mine();
    await round();
    expect(await states()).toEqual(['3 final']);
    const [anchor] = await queue.finals(1);
    const found = await chain.find(3, anchor?.root ?? new Uint8Array());
    expect(found).toEqual(anchor?.place);
  });

  test('then checkpoints that were never sent give way to a newer one', async () => {
    await grow();
    await queue.queueNewest(0);
    await grow();
    await queue.queueNewest(0);
    expect(await states()).toEqual(['2 queued']);
    await grow();
    await queue.queueNewest(3600);
    expect(await states()).toEqual(['2 queued']);
  });
});

describe('when the answer to a transaction is lost', () => {
  test('then it is anchored once, found, and not sent again', async () => {
    await grow();
    let sends = 0;
    const forgetful: Chain = {
      ...chain,
      async send(...args) {
        sends++;
        await chain.send(...args);
        throw new Error('answer lost');
      },
    };
    await expect(round(forgetful)).rejects.toThrow('answer lost');
    expect(await states()).toEqual(['1 queued']);
    await mine(3);
    await round(forgetful);
    expect(await states()).toEqual(['1 final']);
    expect(sends).toBe(1);
  });
});

describe('when a transaction hangs', () => {
  test('then it is replaced by one that pays more, and the anchor ends final', async () => {
    await grow();
    await round();
    await round();
    expect(await states()).toEqual(['1 sent']);
    const [anchor] = await queue.open();
    expect(anchor?.attempts).toBe(2);
    await mine(3);
    await round();
    expect(await states()).toEqual(['1 final']);
    expect(await chain.nextNonce()).toBe(deployments + 1);
  });
});

describe('when the chain is away', () => {
  test('then anchors stay queued and follow when it is back', async () => {
    await grow();
    const gone = chainOverEthers({
      provider: chainProvider('http://127.0.0.1:1', 31337),
      chainId: 31337,
      contract: chain.contract,
      deployedBlock: 0,
      privateKey: devKeys[0],
      origin,
    });
    await expect(round(gone)).rejects.toMatchObject({ code: 'chain-away', kind: 'retryable' });
    expect(await states()).toEqual(['1 queued']);
    await round();
    await mine(3);
    await round();
    expect(await states()).toEqual(['1 final']);
  });
});

describe('when the chain forgets', () => {
  test('then a reorganised block’s anchor is sent again', async () => {
    await grow();
    const before = await provider.send('evm_snapshot', []);
    await round();
    await mine();
    await round();
    expect(await states()).toEqual(['1 included']);
    await provider.send('evm_revert', [before]);
    await mine();
    await round();
    expect(await states()).toEqual(['1 sent']);
    await mine(3);
    await round();
    expect(await states()).toEqual(['1 final']);
  });

  test('then even final anchors are sent again, oldest first', async () => {
    const before = await provider.send('evm_snapshot', []);
    for (let size = 1; size <= 3; size++) {
      await grow();
      await round();
      await mine(4);
      await round();
    }
    expect(await states()).toEqual(['3 final', '2 final', '1 final']);
    await provider.send('evm_revert', [before]);
    await round();
    expect(await states()).toEqual(['1 sent', '2 sent', '3 sent']);
    await mine(4);
    await round();
    expect(await states()).toEqual(['3 final', '2 final', '1 final']);
  });

  test('then a new chain gets a new contract, and everything is anchored there', async () => {
    await grow();
    await round();
    await mine(4);
    await round();
    provider.destroy();
    await anvil.stop();
    anvil = await startAnvil();
    provider = chainProvider(anvil.url, 31337);
    const stale = chainOverEthers({
      provider,
      chainId: 31337,
      contract: chain.contract,
      deployedBlock: 0,
      privateKey: devKeys[0],
      origin,
    });
    await expect(round(stale)).rejects.toMatchObject({ code: 'chain-contract-missing' });
    chain = await deploy();
    await round();
    await mine(4);
    await round();
    expect(await states()).toEqual(['1 final']);
  });
});

describe('when the chain holds what this log does not', () => {
  const refused = { code: 'log-behind-chain', kind: 'fatal' };
  const anchored = async () => {
    await round();
    await mine(3);
    await round();
  };
  /** The log begins again elsewhere, under the same key. */
  const beginAgain = async (restore: () => Promise<void>) => {
    await restore();
    log = { ...log, tiles: tilesInFiles(join(log.folder, 'elsewhere')) };
  };

  test('then a shorter log sends and drops nothing and says so, until it is whole again', async () => {
    await grow();
    const restoreOld = await backUp(log.database);
    await grow();
    await anchored();
    const restoreNew = await backUp(log.database);
    await restoreOld();
    for (let i = 0; i < 2; i++) await expect(round()).rejects.toMatchObject(refused);
    expect(await states()).toEqual(['1 queued']);
    expect(await chain.nextNonce()).toBe(deployments + 1);
    await restoreNew();
    await grow();
    await anchored();
    expect(await states()).toEqual(['3 final', '2 final']);
  });

  test('then another history of the same or a larger size is never sent', async () => {
    const restoreEmpty = await backUp(log.database);
    await grow(3);
    await anchored();
    await beginAgain(restoreEmpty);
    await grow(3);
    await expect(round()).rejects.toMatchObject(refused);
    await grow(2);
    await expect(round()).rejects.toMatchObject(refused);
    expect(await chain.latestSize()).toBe(3);
    expect(await chain.nextNonce()).toBe(deployments + 1);
    expect((await queue.open()).every(({ state }) => state === 'queued')).toBe(true);
  });

  test('then a smaller size with another root is not dropped in silence', async () => {
    const restoreEmpty = await backUp(log.database);
    await grow(1);
    await anchored();
    await beginAgain(restoreEmpty);
    await grow(1);
    await queue.queueNewest(0);
    await queue.noteAttempt(1, feeCap);
    await grow(1);
    const { root } = (await log.store.published()) ?? {};
    await provider.send('evm_setAutomine', [true]);
    await chain.send(2, root ?? new Uint8Array(), await chain.nextNonce(), await chain.marketFees());
    await provider.send('evm_setAutomine', [false]);
    await expect(round()).rejects.toMatchObject(refused);
    expect(await states()).toContain('1 queued');
  });
});

describe('when the contract takes nothing', () => {
  test.each([
    ['anchor-paused', 'pause', 'unpause'],
    ['anchor-not-appointed', 'dismiss', undefined],
  ] as const)('then %s is said and nothing is sent or burnt', async (code, stop, goOn) => {
    const sender = new Wallet(devKeys[0], provider);
    const anchor = new Contract(chain.contract, anchorInterface, sender);
    const change = async (name: string, ...args: unknown[]) => {
      await anchor.getFunction(name)(...args, { nonce: await chain.nextNonce() });
      await mine(3);
    };
    await grow();
    await round();
    await mine(3);
    await change(stop, ...(stop === 'dismiss' ? [sender.address] : []));
    await grow();
    const nonce = await chain.nextNonce();
    for (let i = 0; i < 2; i++) {
      await expect(round()).rejects.toMatchObject({ code, kind: 'retryable' });
      await mine();
    }
    expect(await chain.nextNonce()).toBe(nonce);
    expect(await states()).toEqual(['2 queued', '1 final']);
    if (!goOn) return;
    await change(goOn);
    await round();
    await mine(3);
    await round();
    expect(await states()).toEqual(['2 final', '1 final']);
  });
});

describe('when the anchor is deployed again', () => {
  test('then the contract that stands is kept', async () => {
    const again = await deploy();
    expect(again.contract).toBe(chain.contract);
  });

  test('then one of an earlier version serves on', async () => {
    const manager = JSON.parse(await readFile(join(folder, 'anchor.json'), 'utf8')).manager;
    const { abi, bytecode } = JSON.parse(await readFile(formerAnchor, 'utf8'));
    await provider.send('evm_setAutomine', [true]);
    const wallet = new Wallet(devKeys[0], provider);
    const open = await contractOf('AccessManager', [wallet.address], wallet);
    const former = await new ContractFactory(abi, bytecode, wallet).deploy(
      await open.getAddress(),
      logIdOf(origin),
    );
    await former.waitForDeployment();
    // As they were set up: the sender in a role that the contract asks its manager about.
    const { selector } = new Interface(abi).getFunction('anchor') ?? {};
    for (const [name, ...args] of [
      ['setTargetFunctionRole', await former.getAddress(), [selector], 1n],
      ['grantRole', 1n, wallet.address, 0],
    ] as [string, ...unknown[]][]) {
      await (await open.getFunction(name)(...args)).wait();
    }
    await writeFile(
      join(folder, 'anchor.json'),
      JSON.stringify({ chainId: 31337, contract: await former.getAddress(), manager, deployedBlock: 0 }),
    );
    const serving = await deploy();
    expect(serving.contract).toBe(await former.getAddress());
    for (const size of [1, 2]) {
      await grow();
      await round(serving);
      await mine(4);
      await round(serving);
      expect((await states())[0]).toBe(`${size} final`);
    }
    expect(await serving.latestSize()).toBe(2);
    await open.getFunction('setTargetClosed')(serving.contract, true);
    await mine();
    await grow();
    await expect(round(serving)).rejects.toMatchObject({ code: 'anchor-not-appointed', kind: 'retryable' });
  });

  test('then the offices are whose addresses were given, and the admin waits a week', async () => {
    await rm(join(folder, 'anchor.json'));
    const [sender, guardian, admin] = [devKeys[0], devKeys[1], `0x${'77'.repeat(32)}`].map(
      (key) => new Wallet(key, provider),
    ) as [Wallet, Wallet, Wallet];
    const another = await deploy({ admin: admin.address, guardian: guardian.address });
    const { manager } = JSON.parse(await readFile(join(folder, 'anchor.json'), 'utf8'));
    const access = new Contract(manager, [...readContract('AccessManager').abi] as never, provider);
    const mayCall = async (who: Wallet, name: string) => {
      const { selector } = anchorInterface.getFunction(name) ?? {};
      return [...(await access.getFunction('canCall')(who.address, another.contract, selector))];
    };
    const [now, never, inAWeek] = [
      [true, 0n],
      [false, 0n],
      [false, 7n * 24n * 3600n],
    ];
    for (const name of ['dismiss', 'pause', 'unpause']) {
      expect(await mayCall(guardian, name)).toEqual(now);
      expect(await mayCall(sender, name)).toEqual(never);
    }
    expect(await mayCall(admin, 'appoint')).toEqual(inAWeek);
    expect(await mayCall(guardian, 'appoint')).toEqual(never);
    expect(await mayCall(sender, 'appoint')).toEqual(never);
    expect([...(await access.getFunction('hasRole')(0n, sender.address))]).toEqual([false, 0n]);
    expect([...(await access.getFunction('hasRole')(0n, admin.address))]).toEqual([true, 7n * 24n * 3600n]);
  });

  test('then another chain is refused', async () => {
    const options = { rpcUrl: anvil.url, chainId: 1, origin, clock: systemClock, log: quiet };
    await expect(
      deployAnchor({ ...options, keyFile: join(folder, 'key'), anchorFile: join(folder, 'anchor.json') }),
    ).rejects.toMatchObject({ code: 'chain-mismatch' });
  });
});
