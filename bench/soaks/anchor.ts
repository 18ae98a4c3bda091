import { setTimeout as sleep } from 'node:timers/promises';
import { type AnchoredLog, anchoredLog } from '../../ledger/test/support/anchored-log.ts';
import { randomTrouble } from '../../ledger/test/support/random-trouble.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** How long the chain is away; `XINLU_SOAK_MINUTES` sets another time. */
const minutesAway = Number(process.env['XINLU_SOAK_MINUTES'] ?? 10);
/** Steps of the random trouble; `XINLU_SOAK_ROUNDS` sets another number. */
const steps = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 1_500);

/** Until everything is final; throws if a state is told that is not so, or an anchor stands twice. */
async function settle(here: AnchoredLog): Promise<number> {
  here.proxy.trouble = 'none';
  for (let i = 0; i < 60; i++) {
    const fault = await here.round();
    const lies = fault === null ? await here.lies() : [];
    if (lies.length > 0) throw new Error(lies.join('; '));
    const states = await here.states();
    if (fault === null && states.every((state) => state.endsWith('final'))) {
      const times = Object.values(await here.anchoredTimes());
      if (times.some((count) => count !== 1)) throw new Error('an anchor stands twice');
      if (times.length !== states.length)
        throw new Error(`${times.length} on the chain, ${states.length} here`);
      return states.length;
    }
    await here.mine();
  }
  throw new Error('the anchors do not end final');
}

/** The log grows on while nobody answers. */
async function away(here: AnchoredLog): Promise<number> {
  here.proxy.trouble = 'away';
  const until = Date.now() + minutesAway * 60_000;
  let rounds = 0;
  while (Date.now() < until) {
    await here.grow();
    if ((await here.round()) !== 'chain-away') throw new Error('a chain that is away was taken to be there');
    const states = await here.states();
    if (states.some((state) => /sent|included|safe/.test(state))) throw new Error('a state was made up');
    rounds++;
    await sleep(1_000);
  }
  return rounds;
}

async function reorganise(here: AnchoredLog): Promise<void> {
  for (let depth = 1; depth <= 20; depth++) {
    await here.grow();
    await here.round();
    await here.mine(1 + (depth % 3));
    await here.round();
    await here.rpc('anvil_reorg', [depth, []]);
    await settle(here);
  }
}

export const soaks = [
  {
    name: 'anchor',
    summary: 'chain away for ten minutes, reorganised 1 to 20 deep, answering wrongly, answers lost',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const here = await anchoredLog();
      try {
        await reorganise(here);
        emit({ what: 'reorganised 1 to 20 blocks deep', finalOnce: await settle(here) });
        const seed = Math.floor(Math.random() * 2 ** 31);
        emit({ what: 'random trouble begins', steps, seed });
        const { lies, faults } = await randomTrouble(here, { steps, seed });
        if (lies.length > 0) throw new Error(lies.join('; '));
        emit({ what: 'random trouble', steps, seed, faults, finalOnce: await settle(here) });
        const rounds = await away(here);
        emit({ what: 'chain away', minutes: minutesAway, rounds, finalOnce: await settle(here) });
      } finally {
        await here.close();
        await closeStores();
      }
    },
  },
];
