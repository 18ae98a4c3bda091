import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CaseWorld, newCaseWorld, newKey } from '../../ledger/test/support/case-world.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

/** `XINLU_SOAK_ROUNDS` sets another number of sales. */
const rounds = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 200);
const processFile = fileURLToPath(new URL('../../ledger/test/support/casework-process.ts', import.meta.url));

/** The office's clockwork, killed with SIGKILL again and again, at any moment of its work, and begun anew. */
function killAgainAndAgain(env: Record<string, string>): { kills(): number; stop(): Promise<void> } {
  let child: ChildProcess | undefined;
  let kills = 0;
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      child = spawn(process.execPath, [processFile], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
      await sleep(Math.random() * 1_500);
      child.kill('SIGKILL');
      await ended;
      kills++;
    }
  })();
  return {
    kills: () => kills,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

/** One unit opened and sold; throws unless each case ends registered, once, and the chain moved twice. */
async function sellOnce(here: CaseWorld): Promise<void> {
  const [seller, buyer] = [newKey(), newKey()];
  const { unit } = await here.openUnit(seller);
  const sale = await here.apply('sale', unit, { denominator: '1', buyers: ['1'] });
  await here.prepare(sale, { 'owner-1': seller, 'buyer-1': buyer });
  await here.approve(sale.id, [seller, buyer]);
  await here.decide(sale.id);
  const { stage } = await here.register(sale.id);
  const registered = (await here.eventNames(sale.id)).filter((name) => name === 'registered').length;
  const filter = { address: here.world.address, topics: [null, unit], fromBlock: 0 };
  const moves = (await here.provider.getLogs(filter)).length;
  const { version } = await here.real.record(unit);
  if (stage !== 'deed' || registered !== 1 || moves !== 2 || version !== 2) {
    throw new Error(`stage ${stage}, registered ${registered} times, ${moves} moves, version ${version}`);
  }
}

export const soaks = [
  {
    name: 'cases',
    summary: '200 sales from application to deed, while the clockwork is killed at any moment',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const here = await newCaseWorld({ workElsewhere: true });
      const killer = killAgainAndAgain(await here.settings());
      try {
        for (let i = 0; i < rounds; i++) await sellOnce(here);
        emit({
          what: 'sales while the clockwork is killed',
          rounds,
          kills: killer.kills(),
          registeredOnceEach: rounds,
        });
      } finally {
        await killer.stop();
        await here.close();
        await closeStores();
      }
    },
  },
];
