import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { isAppError } from '@xinlu/common/errors';
import { createLogger } from '@xinlu/common/log';
import { readContract } from '@xinlu/contracts';
import { devKeys, startAnvil } from '@xinlu/contracts/testing';
import { Contract } from 'ethers';
import { anchorQueueInPostgres } from '../../src/adapters/anchor-queue-postgres.ts';
import { chainOverEthers, chainProvider } from '../../src/adapters/chain-ethers.ts';
import { deployAnchor } from '../../src/commands/deploy-anchor.ts';
import { anchorOnce } from '../../src/domain/anchoring.ts';
import { sequenceOnce } from '../../src/domain/sequencer.ts';
import { newEntry, newLog, origin } from './ledger.ts';
import { troubledChain } from './trouble.ts';

const gwei = 1_000_000_000n;
const policy = {
  everySeconds: 0,
  resendSeconds: 0,
  batch: 20,
  feeCap: { maxFee: 300n * gwei, maxTip: 30n * gwei },
};

/** A log whose chain can be troubled at will. Blocks are mined by the test only. */
export async function anchoredLog() {
  const log = await newLog();
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-trouble-'));
  const stateFile = join(folder, 'chain.json');
  const stateArgs = ['--state', stateFile];
  let anvil = await startAnvil(stateArgs);
  const port = Number(new URL(anvil.url).port);
  const direct = chainProvider(anvil.url, 31337);
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, devKeys[0]);
  await direct.send('evm_setAutomine', [true]);
  const file = await deployAnchor({
    rpcUrl: anvil.url,
    chainId: 31337,
    keyFile,
    anchorFile: join(folder, 'anchor.json'),
    origin,
    clock: systemClock,
    log: createLogger({ name: 'test', level: 'fatal' }),
  });
  await direct.send('evm_setAutomine', [false]);
  // What is deployed lies deeper than any reorganisation of the test.
  await direct.send('anvil_mine', [30]);
  const proxy = await troubledChain(anvil.url);
  const provider = chainProvider(proxy.url, 31337, 1_000);
  const over = (via: typeof provider) =>
    chainOverEthers({ provider: via, ...file, privateKey: devKeys[0], origin });
  const [chain, truth] = [over(provider), over(direct)];
  const queue = anchorQueueInPostgres(log.database);
  const contract = new Contract(file.contract, [...readContract('CheckpointAnchor').abi] as never, direct);

  return {
    log,
    queue,
    proxy,
    chain: truth,
    /** Straight to the node. */
    rpc: (method: string, params: unknown[]) => direct.send(method, params),
    mine: (blocks = 1) => direct.send('anvil_mine', [blocks]),
    /**
     * Ends the chain in order, as for a backup, and starts it again. The function that it answers kills it, whenever it is
     * called, and starts it with the state of now: shorter.
     */
    async backUpChain(): Promise<() => Promise<void>> {
      const start = async () => {
        anvil = await startAnvil(stateArgs, port);
        await direct.send('evm_setAutomine', [false]);
      };
      await anvil.stop();
      const kept = join(folder, `chain-${await readFile(stateFile).then(({ length }) => length)}.json`);
      await copyFile(stateFile, kept);
      await start();
      return async () => {
        const ended = anvil.stop();
        process.kill(-anvil.pid, 'SIGKILL');
        await ended;
        await copyFile(kept, stateFile);
        await start();
      };
    },
    async grow(entries = 1) {
      for (let i = 0; i < entries; i++) await log.store.submit(newEntry());
      while (await sequenceOnce(log));
    },
    /** One round of the sender; answers the code of its fault, null if there was none. */
    async round(): Promise<string | null> {
      const anchoring = { queue, store: log.store, chain, clock: systemClock, policy };
      return anchorOnce(anchoring).then(
        () => null,
        (error) => (isAppError(error) ? error.code : Promise.reject(error)),
      );
    },
    states: async () =>
      [...(await queue.open()), ...(await queue.finals(999))].map((a) => `${a.size} ${a.state}`),
    /**
     * What is said of anchors that the chain does not hold so. To be asked after a round without fault and before
     * the chain moves again.
     */
    async lies(): Promise<string[]> {
      const heads = await truth.heads();
      const all = [...(await queue.open()), ...(await queue.finals(3))];
      const found: string[] = [];
      for (const { size, root, state, place } of all) {
        const there = await truth.find(size, root);
        const depth = !there
          ? 'absent'
          : there.blockNumber <= heads.final
            ? 'final'
            : there.blockNumber <= heads.safe
              ? 'safe'
              : 'included';
        const said = state === 'queued' || state === 'sent' ? 'absent' : state;
        if (said !== depth || (there && there.blockHash !== place?.blockHash)) {
          found.push(`${size} is ${depth} and called ${state}`);
        }
      }
      return found;
    },
    /** How often the chain says that it anchored each size. */
    async anchoredTimes(): Promise<Record<string, number>> {
      const events = await contract.queryFilter('Anchored', 0);
      const times: Record<string, number> = {};
      for (const event of events) {
        const size = String(BigInt(event.topics[1] ?? 0));
        times[size] = (times[size] ?? 0) + 1;
      }
      return times;
    },
    async close() {
      provider.destroy();
      direct.destroy();
      await proxy.close();
      await anvil.stop();
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type AnchoredLog = Awaited<ReturnType<typeof anchoredLog>>;
