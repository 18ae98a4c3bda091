import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { createLogger } from '@xinlu/common/log';
import { readContract } from '@xinlu/contracts';
import { type Anvil, devKeys, startAnvil } from '@xinlu/contracts/testing';
import { Contract, type JsonRpcProvider } from 'ethers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anchorQueueInPostgres } from '../src/adapters/anchor-queue-postgres.ts';
import { chainOverEthers, chainProvider } from '../src/adapters/chain-ethers.ts';
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

async function deploy(): Promise<Chain> {
  await provider.send('evm_setAutomine', [true]);
  const options = { rpcUrl: anvil.url, chainId: 31337, origin, clock: systemClock, log: quiet };
  const file = await deployAnchor({
    ...options,
    keyFile: join(folder, 'key'),
    anchorFile: join(folder, 'anchor.json'),
  });
  await provider.send('evm_setAutomine', [false]);
  return chainOverEthers({ provider, ...file, privateKey: devKeys[0], origin });
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

describe('when the anchor is deployed again', () => {
  test('then the contract that stands is kept', async () => {
    const again = await deploy();
    expect(again.contract).toBe(chain.contract);
  });

  test('then another anchorer can be appointed only with a delay that everybody sees', async () => {
    const { manager } = JSON.parse(await readFile(join(folder, 'anchor.json'), 'utf8'));
    const access = new Contract(manager, [...readContract('AccessManager').abi] as never, provider);
    // A delay becomes longer only after the manager's own setback of five days.
    await provider.send('evm_increaseTime', [6 * 24 * 3600]);
    await mine();
    expect(await access.getFunction('getRoleGrantDelay')(1n)).toBe(7n * 24n * 3600n);
  });

  test('then another chain is refused', async () => {
    const options = { rpcUrl: anvil.url, chainId: 1, origin, clock: systemClock, log: quiet };
    await expect(
      deployAnchor({ ...options, keyFile: join(folder, 'key'), anchorFile: join(folder, 'anchor.json') }),
    ).rejects.toMatchObject({ code: 'chain-mismatch' });
  });
});
