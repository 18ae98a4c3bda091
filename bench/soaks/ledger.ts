import { systemIds } from '@xinlu/common/ids';
import { parseCheckpoint, parseNote, verifyConsistency } from '@xinlu/verifier';
import { createLedgerClient } from '../../ledger/issuer-kit/src/index.ts';
import { type RunningLedger, runLedger, until } from '../../ledger/issuer-kit/test/support/running-ledger.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;
type Seen = { size: number; root: Uint8Array };

/** Kills of the service under load; `XINLU_SOAK_ROUNDS` sets another number. */
const rounds = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 200);

async function checkpointOf(ledger: RunningLedger): Promise<Seen> {
  const note = parseNote(await (await fetch(`${ledger.url}/log/checkpoint`)).text());
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint) throw new Error('the checkpoint is malformed');
  return checkpoint;
}

async function assertConsistent(ledger: RunningLedger, older: Seen, newer: Seen): Promise<void> {
  if (older.size === 0) return;
  const answer = await fetch(`${ledger.url}/log/consistency?from=${older.size}&to=${newer.size}`);
  const { proof } = (await answer.json()) as { proof: string[] };
  const path = proof.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
  const sizes = { size1: older.size, size2: newer.size, root1: older.root, root2: newer.root };
  if (!verifyConsistency({ ...sizes, proof: path })) throw new Error(`fork: ${older.size} and ${newer.size}`);
}

/** Submits until enough are acknowledged, then kills the service in the middle of the rest. */
async function loadAndKill(ledger: RunningLedger, acknowledged: string[]): Promise<void> {
  const client = createLedgerClient({ url: ledger.url, keys: ledger.broker });
  const enough = acknowledged.length + 5 + Math.floor(Math.random() * 40);
  const load = Array.from({ length: 120 }, () =>
    client.submit('access', systemIds.bytes(32)).then(
      ({ id }) => acknowledged.push(id),
      () => undefined,
    ),
  );
  const all = Promise.all(load);
  await Promise.race([all, until(async () => acknowledged.length >= enough)]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
  await ledger.kill();
  await all;
}

async function assertAllThere(ledger: RunningLedger, acknowledged: readonly string[]): Promise<void> {
  const indexes = new Set<number>();
  for (const id of acknowledged) {
    await until(async () => {
      const answer = await fetch(`${ledger.url}/entries/${id}`);
      if (answer.status === 404) throw new Error(`an acknowledged entry is gone: ${id}`);
      if (answer.status !== 200) return false;
      const { index } = (await answer.json()) as { index: number | null };
      if (index === null) return false;
      if (indexes.has(index)) throw new Error(`two entries at ${index}`);
      indexes.add(index);
      return true;
    });
  }
}

export const soaks = [
  {
    name: 'ledger',
    summary: 'kill -9 of the ledger under load: nothing acknowledged is lost, no fork',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      const ledger = await runLedger();
      try {
        const acknowledged: string[] = [];
        let last = await checkpointOf(ledger);
        for (let round = 1; round <= rounds; round++) {
          await loadAndKill(ledger, acknowledged);
          await ledger.start();
          const now = await checkpointOf(ledger);
          await assertConsistent(ledger, last, now);
          last = now;
        }
        await assertAllThere(ledger, acknowledged);
        await assertConsistent(ledger, last, await checkpointOf(ledger));
        emit({ kills: rounds, acknowledged: acknowledged.length, lost: 0, forks: 0 });
      } finally {
        await ledger.close();
        await closeStores();
      }
    },
  },
];
