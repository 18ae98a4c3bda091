import { setTimeout as sleep } from 'node:timers/promises';
import { type AnchoredLog, anchoredLog } from '../../ledger/test/support/anchored-log.ts';
import { randomTrouble } from '../../ledger/test/support/random-trouble.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** Seconds of the outage, one round of the sender each; `XINLU_SOAK_SECONDS` sets another number. */
const secondsAway = Number(process.env['XINLU_SOAK_SECONDS'] ?? 600);
/** With `XINLU_SOAK_REAL_TIME=1` each of them lasts one. The sender counts rounds and not time, so it makes no other difference. */
const isRealTime = process.env['XINLU_SOAK_REAL_TIME'] === '1';
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
  let rounds = 0;
  for (; rounds < secondsAway; rounds++) {
    await here.grow();
    if ((await here.round()) !== 'chain-away') throw new Error('a chain that is away was taken to be there');
    const states = (await here.states()).filter((state) => !state.endsWith('final'));
    if (states.some((state) => /sent|included|safe/.test(state))) throw new Error('a state was made up');
    if (isRealTime) await sleep(1_000);
  }
  return rounds;
}

async function slow(here: AnchoredLog): Promise<void> {
  here.proxy.trouble = 'slow';
  for (let i = 0; i < 12; i++) {
    await here.grow();
    if ((await here.round()) !== null) throw new Error('a slow chain was taken to be away');
    const lies = await here.lies();
    if (lies.length > 0) throw new Error(lies.join('; '));
    await here.mine();
  }
}

/** What an answer says of the newest anchor, once sent, is lost; the chain has it. */
async function answersLost(here: AnchoredLog): Promise<void> {
  for (let i = 0; i < 20; i++) {
    here.proxy.trouble = 'sent-but-lost';
    await here.grow();
    if ((await here.round()) !== 'chain-away') throw new Error('a lost answer was taken to be there');
    await here.mine(1 + (i % 3));
    here.proxy.trouble = 'none';
    if ((await here.round()) !== null) throw new Error('what is on the chain was not found');
  }
}

/** The chain dies and comes back as it was some blocks before; anchors had been final by its own word. */
async function restartShorter(here: AnchoredLog): Promise<void> {
  const comeBackShorter = await here.backUpChain();
  for (let time = 0; time < 3; time++) {
    for (let i = 0; i < 4; i++) {
      await here.grow();
      await here.round();
      await here.mine(1 + i);
      await here.round();
    }
    const before = (await here.chain.heads()).latest;
    await comeBackShorter();
    if ((await here.chain.heads()).latest >= before) throw new Error('the chain did not come back shorter');
    await here.round();
    const lies = await here.lies();
    if (lies.length > 0) throw new Error(lies.join('; '));
    await settle(here);
  }
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
    summary:
      'chain reorganised 1 to 20 deep, answering wrongly, slow, answers lost, restarted shorter, away for 600 rounds',
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
        await slow(here);
        emit({ what: 'slow', finalOnce: await settle(here) });
        await answersLost(here);
        emit({ what: 'sent, answer lost', finalOnce: await settle(here) });
        await restartShorter(here);
        emit({ what: 'restarted shorter', finalOnce: await settle(here) });
        const rounds = await away(here);
        emit({ what: 'chain away', rounds, realTime: isRealTime, finalOnce: await settle(here) });
      } finally {
        await here.close();
        await closeStores();
      }
    },
  },
];
