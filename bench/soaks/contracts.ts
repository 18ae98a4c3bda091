import { raceTwoSales } from '../../contracts/testing/double-sale.ts';
import { startTitleChain } from '../../contracts/testing/title-chain.ts';
import { foundRegister } from '../../contracts/testing/title-register.ts';
import { walkTitles } from '../../contracts/testing/title-walk.ts';
import { newCaseWorld } from '../../ledger/test/support/case-world.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** `XINLU_SOAK_CALLS` and `XINLU_SOAK_ROUNDS` set other numbers. */
const calls = Number(process.env['XINLU_SOAK_CALLS'] ?? 100_000);
const rounds = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 1_000);
/** As many registers at a time, so that the chain works while the next changes are signed. */
const walks = 4;

/** The same through cases: exactly one is registered, and the other handed back because the title moved. */
async function throughService(emit: Emit): Promise<void> {
  const closeStores = await openStores();
  const here = await newCaseWorld();
  try {
    for (let i = 0; i < rounds; i++) {
      const { unit, files } = await here.sellTwice();
      const ends = files
        .map(({ stage, reasons }) => [stage, ...reasons.map(({ code }) => code)].join(' '))
        .sort();
      const { version } = await here.real.record(unit);
      if (ends.join() !== 'deed,returned title-moved' || version !== 2) {
        throw new Error(`round ${i}: the cases ended ${ends.join()}, the title at version ${version}`);
      }
    }
    emit({ what: 'two cases of one title', rounds, registeredOnceEach: rounds });
  } finally {
    await here.close();
    await closeStores();
  }
}

export const soaks = [
  {
    name: 'contracts',
    summary: '100,000 random changes of titles, right and wrong, each held against a model of the law',
    async run(emit: Emit): Promise<void> {
      const chain = await startTitleChain(['--prune-history', '100', '--transaction-block-keeper', '100']);
      try {
        const seed = Math.floor(Math.random() * 2 ** 31);
        emit({ what: 'random changes begin', calls, walks, seed });
        const worlds = [];
        for (let i = 0; i <= walks; i++) worlds.push(await foundRegister(chain.signer));
        const [twin, ...registers] = worlds;
        if (!twin) throw new Error('no register');
        const done = await Promise.all(
          registers.map((world, i) =>
            walkTitles(world, twin, { calls: Math.ceil(calls / walks), seed: seed + i, sender: i }),
          ),
        );
        const refused: Record<string, number> = {};
        for (const walk of done) {
          for (const [name, count] of Object.entries(walk.refused))
            refused[name] = (refused[name] ?? 0) + count;
        }
        const total = (key: 'calls' | 'moved') => done.reduce((sum, walk) => sum + walk[key], 0);
        emit({ what: 'random changes', calls: total('calls'), moved: total('moved'), refused });
      } finally {
        await chain.stop();
      }
    },
  },
  {
    name: 'double-sale',
    summary: 'one title sold to two buyers at once, 1,000 times, through the contract and through cases',
    async run(emit: Emit): Promise<void> {
      const chain = await startTitleChain();
      try {
        for (let i = 0; i < rounds; i++) await raceTwoSales(chain.world, { oneBlock: i % 2 === 0 });
        emit({ what: 'two sales of one title', rounds, registeredOnceEach: rounds });
      } finally {
        await chain.stop();
      }
      await throughService(emit);
    },
  },
];
