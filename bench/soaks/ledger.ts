import { setTimeout as sleep } from 'node:timers/promises';
import { systemIds } from '@xinlu/common/ids';
import { formatVerifierKey, parseCheckpoint, parseNote, verifyConsistency } from '@xinlu/verifier';
import { createLedgerClient } from '../../ledger/issuer-kit/src/index.ts';
import { type RunningLedger, runLedger, until } from '../../ledger/issuer-kit/test/support/running-ledger.ts';
import { type RunningWitness, runWitness } from '../../ledger/witness/test/support/running-witness.ts';
import { startDurableChain } from '../durable-chain.ts';
import { startDurableStore } from '../durable-store.ts';

type Emit = (line: Record<string, unknown>) => void;
type Seen = { size: number; root: Uint8Array };

/** Kills of the service under load; `XINLU_SOAK_ROUNDS` sets another number. */
const rounds = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 200);

async function checkpointOf(ledger: RunningLedger): Promise<Seen> {
  const answer = await answered(`${ledger.url}/log/checkpoint`);
  const note = parseNote(await answer.text());
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint) throw new Error('the checkpoint is malformed');
  return checkpoint;
}

/** A service whose database was killed answers again once it is back; one that died of it does not. */
async function answered(url: string): Promise<Response> {
  let last: Response | undefined;
  const giveUp = Date.now() + 60_000;
  await until(async () => {
    if (Date.now() > giveUp) throw new Error(`no answer any more: ${url}`);
    last = await fetch(url).catch(() => undefined);
    return last !== undefined && last.status < 500;
  });
  return last as Response;
}

async function assertConsistent(ledger: RunningLedger, older: Seen, newer: Seen): Promise<void> {
  if (older.size === 0) return;
  const answer = await answered(`${ledger.url}/log/consistency?from=${older.size}&to=${newer.size}`);
  const { proof } = (await answer.json()) as { proof: string[] };
  const path = proof.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
  const sizes = { size1: older.size, size2: newer.size, root1: older.root, root2: newer.root };
  if (!verifyConsistency({ ...sizes, proof: path })) throw new Error(`fork: ${older.size} and ${newer.size}`);
}

/** No new round after so many minutes; `XINLU_SOAK_MINUTES` sets it, without it all rounds are run. */
const minutes = Number(process.env['XINLU_SOAK_MINUTES'] ?? Number.POSITIVE_INFINITY);

type Victim = { name: string; kill(): Promise<void>; start(): Promise<void> };

/** Submits to both front ends until enough are acknowledged, then kills one process in the middle of the rest. */
async function loadAndKill(
  urls: readonly string[],
  keys: RunningLedger['broker'],
  victim: Victim,
  acknowledged: string[],
): Promise<void> {
  const clients = urls.map((url) => createLedgerClient({ url, keys }));
  const enough = acknowledged.length + 5 + Math.floor(Math.random() * 40);
  const load = Array.from({ length: 120 }, (_, i) =>
    clients[i % clients.length]?.submit('access', systemIds.bytes(32)).then(
      ({ id }) => acknowledged.push(id),
      () => undefined,
    ),
  );
  const all = Promise.all(load);
  await Promise.race([all, until(async () => acknowledged.length >= enough)]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
  await victim.kill();
  await all;
}

async function assertAllThere(ledger: RunningLedger, acknowledged: readonly string[]): Promise<void> {
  const indexes = new Set<number>();
  for (const id of acknowledged) {
    await until(async () => {
      const answer = await answered(`${ledger.url}/entries/${id}`);
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

/** How many checkpoints witnesses have cosigned; each refuses a second tree of one size by itself. */
async function cosignedCheckpoints({ database }: RunningLedger): Promise<number> {
  const row = await database.one<{ count: number }>('SELECT count(DISTINCT size) AS count FROM cosignature');
  return row?.count ?? 0;
}

async function run(emit: Emit): Promise<void> {
  const postgres = await startDurableStore();
  const chain = await startDurableChain();
  let witnesses: RunningWitness[] = [];
  const ledger = await runLedger({
    chain: chain.url,
    async witnesses(log) {
      witnesses = await Promise.all([1, 2, 3].map((n) => runWitness(log, `witness.example/${n}`)));
      return {
        quorum: 2,
        witnesses: witnesses.map(({ key, url }) => ({ vkey: formatVerifierKey(key), url })),
      };
    },
  });
  const other = await ledger.another();
  await other.start();
  const victims: Victim[] = [
    { name: 'ledger 1', kill: ledger.kill, start: () => ledger.start() },
    { name: 'ledger 2', kill: other.kill, start: other.start },
    ...witnesses.map(({ kill, start }, n) => ({ name: `witness ${n + 1}`, kill, start })),
    { name: 'postgresql', kill: postgres.kill, start: postgres.start },
    { name: 'chain', kill: chain.kill, start: chain.start },
  ];
  const kills: Record<string, number> = {};
  try {
    // The node writes its state each second; the contract must outlive a kill that tears the file.
    await sleep(2_500);
    chain.keepCopy();
    const acknowledged: string[] = [];
    let last = await checkpointOf(ledger);
    const end = Date.now() + minutes * 60_000;
    let round = 0;
    for (; round < rounds && Date.now() < end; round++) {
      const victim = victims[Math.floor(Math.random() * victims.length)] as Victim;
      kills[victim.name] = (kills[victim.name] ?? 0) + 1;
      await loadAndKill([ledger.url, other.url], ledger.broker, victim, acknowledged);
      await victim.start();
      await answered(`${other.url}/health`);
      const now = await checkpointOf(ledger);
      await assertConsistent(ledger, last, now);
      last = now;
    }
    await assertAllThere(ledger, acknowledged);
    await assertConsistent(ledger, last, await checkpointOf(ledger));
    // Whatever was killed, the witnesses still take the log for what they saw before, and the anchors follow.
    await until(async () => {
      const {
        log,
        witnesses: standing,
        anchor,
      } = (await (await answered(`${ledger.url}/stats`)).json()) as Stats;
      const refusing = standing.each.filter(({ fault }) => fault !== null && fault !== 'witness-away');
      if (refusing.length > 0) throw new Error(`a witness refuses: ${JSON.stringify(refusing)}`);
      return anchor.newestFinal?.size === log.size && standing.size === log.size;
    });
    const cosigned = await cosignedCheckpoints(ledger);
    const killed = { rounds: round, kills, acknowledged: acknowledged.length };
    emit({ what: 'killed under load', ...killed, lost: 0, forks: 0, cosignedCheckpoints: cosigned });
  } finally {
    await other.close();
    await ledger.close();
    await Promise.all(witnesses.map((witness) => witness.close()));
    await chain.close();
    await postgres.close();
  }
}

type Stats = {
  log: { size: number };
  witnesses: { size: number; each: { fault: string | null }[] };
  anchor: { newestFinal: { size: number } | null };
};

export const soaks = [
  {
    name: 'ledger',
    summary:
      'kill -9 of two front ends, three witnesses, database and chain under load: nothing acknowledged is lost, no fork',
    run,
  },
];
