import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemIds } from '@xinlu/common/ids';
import { createLedgerClient } from '../../ledger/issuer-kit/src/index.ts';
import { type RunningLedger, runLedger, until } from '../../ledger/issuer-kit/test/support/running-ledger.ts';
import { type DurableStore, startDurableStore } from '../durable-store.ts';

type Emit = (line: Record<string, unknown>) => void;

/** How often the disk fills up; `XINLU_SOAK_ROUNDS` sets another number. */
const rounds = Number(process.env['XINLU_SOAK_ROUNDS'] ?? 3);

/** A file system of its own, small enough to be filled. @throws Error if this user may mount none */
function mountSmall(folder: string, megabytes: number): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'xinlu-soak', folder]);
  return () => execFileSync('umount', ['-l', folder]);
}

/** Takes all the space that is left. @returns what gives it back */
async function fill(folder: string): Promise<() => void> {
  const file = join(folder, 'ballast');
  const ballast = createWriteStream(file);
  const chunk = Buffer.alloc(65_536, 1);
  await new Promise<void>((resolve, reject) => {
    ballast.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOSPC' ? resolve() : reject(error),
    );
    const more = () => ballast.write(chunk, (error) => error ?? more());
    more();
  });
  return () => rmSync(file);
}

type Load = { readonly acknowledged: string[]; stop(): Promise<void> };

/** Twelve submitters, each with one entry after the other, who keep what was acknowledged. */
function submit({ url, broker }: RunningLedger): Load {
  const client = createLedgerClient({ url, keys: broker });
  const acknowledged: string[] = [];
  let stopped = false;
  const submitters = Array.from({ length: 12 }, async () => {
    while (!stopped) {
      await client.submit('access', systemIds.bytes(32)).then(
        ({ id }) => acknowledged.push(id),
        () => sleep(100),
      );
    }
  });
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await Promise.all(submitters);
    },
  };
}

/** Until nothing has been acknowledged for three seconds. */
async function untilSilent({ acknowledged }: Load): Promise<void> {
  const giveUp = Date.now() + 90_000;
  for (let last = -1; acknowledged.length !== last; ) {
    if (Date.now() > giveUp) throw new Error('a full disk goes on acknowledging');
    last = acknowledged.length;
    await sleep(3_000);
  }
}

/** As the country's supervisor does: a database that gave up is started again. */
async function revive(store: DurableStore, { database }: RunningLedger): Promise<void> {
  const answers = () =>
    database.one('SELECT 1').then(
      () => true,
      () => false,
    );
  for (let wait = 0; wait < 10; wait++) {
    if (await answers()) return;
    await sleep(500);
  }
  await store.start();
}

async function run(emit: Emit): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-full-'));
  const unmount = mountSmall(folder, 220);
  const usual = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  // As much log before a checkpoint as this small disk can hold.
  const store = await startDurableStore(folder, { max_wal_size: '64MB', min_wal_size: '32MB' });
  const ledger = await runLedger();
  try {
    const acknowledged: string[] = [];
    for (let round = 1; round <= rounds; round++) {
      const load = submit(ledger);
      await until(async () => load.acknowledged.length > 200);
      const giveBack = await fill(folder);
      await untilSilent(load);
      const before = load.acknowledged.length;
      giveBack();
      await revive(store, ledger);
      const giveUp = Date.now() + 90_000;
      await until(async () => {
        if (Date.now() > giveUp) throw new Error('the log does not go on when there is space again');
        return load.acknowledged.length > before + 200;
      });
      await load.stop();
      acknowledged.push(...load.acknowledged);
      emit({ what: 'disk full', round, acknowledgedBefore: before, after: load.acknowledged.length });
    }
    await assertAllThere(ledger, acknowledged);
    emit({ what: 'disk full', rounds, acknowledged: acknowledged.length, lost: 0 });
  } finally {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    await ledger.close().catch(() => undefined);
    await store.close().catch(() => undefined);
    unmount();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each acknowledged entry once, at a place of its own, under a published checkpoint. */
async function assertAllThere({ database, url }: RunningLedger, acknowledged: string[]): Promise<void> {
  const giveUp = Date.now() + 90_000;
  await until(async () => {
    if (Date.now() > giveUp) throw new Error('the log does not place what waits');
    const { log } = (await (await fetch(`${url}/stats`)).json()) as { log: Record<string, number | string> };
    return log['fault'] === null && log['pending'] === 0 && log['published'] === log['size'];
  });
  const rows = await database.query<{ id: string; leaf_index: number | null }>(
    'SELECT id, leaf_index FROM entry WHERE id = ANY ($1::uuid[])',
    [acknowledged],
  );
  const places = new Set(rows.map(({ leaf_index: place }) => place));
  if (rows.length !== acknowledged.length) throw new Error('an acknowledged entry is gone');
  if (places.has(null) || places.size !== rows.length) throw new Error('an entry has no place of its own');
}

export const soaks = [
  {
    name: 'ledger-disk-full',
    summary:
      'database and tiles on a disk that fills up under load (mounts a small tmpfs, so it needs root): no acknowledgement then, nothing lost, goes on with space',
    run,
  },
];
