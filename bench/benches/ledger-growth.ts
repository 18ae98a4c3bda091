import { hash } from 'node:crypto';
import type { Database } from '@xinlu/common/sql';
import { entryText } from '@xinlu/verifier';
import { leafHashes } from '../../ledger/src/domain/hash.ts';
import { signCheckpoint } from '../../ledger/src/domain/log-signer.ts';
import { sequenceOnce } from '../../ledger/src/domain/sequencer.ts';
import { appendLeaves, treeRoot } from '../../ledger/src/domain/tree.ts';
import { newEntry, newLog, type TestLog } from '../../ledger/test/support/ledger.ts';
import { openDurableStore } from '../durable-store.ts';

type Emit = (line: Record<string, unknown>) => void;

/** The log is measured at each of these sizes; `XINLU_BENCH_ENTRIES` leaves out what is larger. */
const largest = Number(process.env['XINLU_BENCH_ENTRIES'] ?? 10_000_000);
const sizes = [10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= largest);

/** Appended at each size, by a thousand callers. */
const measured = 10_000;
/** Loaded in one go. */
const chunk = 2 ** 18;

const commitmentOf = (i: number) => new Uint8Array(Buffer.from(hash('sha256', String(i), 'hex'), 'hex'));

const constraints = [
  ['entry_pkey', 'PRIMARY KEY (id)'],
  ['entry_issuer_commitment_key', 'UNIQUE (issuer, commitment)'],
  ['entry_leaf_index_key', 'UNIQUE (leaf_index)'],
] as const;

/**
 * Brings the log to a size with entries, tiles and a signed checkpoint as the sequencer would have left them. The
 * indexes are built afterwards, which is all that makes it faster.
 */
async function loadTo(log: TestLog, size: number): Promise<void> {
  const from = await log.store.sequence(async (session) => session.size);
  await log.database.transaction(async (tx) => {
    await tx.query("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '512MB'");
    for (const [name] of constraints) await tx.query(`ALTER TABLE entry DROP CONSTRAINT ${name}`);
    for (let at = from ?? 0; at < size; at += chunk) {
      const end = Math.min(size, at + chunk);
      await tx.query(
        `INSERT INTO entry (id, type, issuer, commitment, leaf_index)
         SELECT uuidv7(), 'access', 'consent', sha256(i::text::bytea), i FROM generate_series($1::bigint, $2::bigint) i`,
        [at, end - 1],
      );
      const texts = Array.from({ length: end - at }, (_, i) =>
        entryText({ type: 'access', issuer: 'consent', commitment: commitmentOf(at + i) }),
      );
      await putTiles(tx, await appendLeaves(readerOver(tx), at, leafHashes(texts)));
    }
    for (const [name, what] of constraints)
      await tx.query(`ALTER TABLE entry ADD CONSTRAINT ${name} ${what}`);
    const root = await treeRoot(readerOver(tx), size);
    const note = await signCheckpoint(log.signer, size, root);
    await tx.query('INSERT INTO checkpoint (size, root, note) VALUES ($1, $2, $3)', [size, root, note]);
    await tx.query('UPDATE log_head SET size = $1, published_size = $1', [size]);
    await log.tiles.write('checkpoint', Buffer.from(note));
  });
  await log.database.query('ANALYZE entry');
}

type Tx = Pick<Database, 'query' | 'one'>;
type Tiles = Awaited<ReturnType<typeof appendLeaves>>;

function readerOver(tx: Tx) {
  return async ({ level, position }: { level: number; position: number }) => {
    const row = await tx.one<{ hashes: Buffer }>(
      'SELECT hashes FROM tile WHERE level = $1 AND position = $2',
      [level, position],
    );
    if (!row) throw new Error(`no tile ${level}/${position}`);
    return new Uint8Array(row.hashes);
  };
}

async function putTiles(tx: Tx, tiles: Tiles): Promise<void> {
  await tx.query(
    `INSERT INTO tile (level, position, hashes) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
     ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ position }) => position),
      tiles.map(({ hashes }) => hashes),
    ],
  );
}

/** Microseconds from submission to a durable row, and from there into a published tree, for each of `measured`. */
async function measure(log: TestLog) {
  const micros = (from: number) => Math.round(((performance.now() - from) * 1000) / measured);
  const begin = performance.now();
  let left = measured;
  await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      while (left-- > 0) await log.store.submit(newEntry());
    }),
  );
  const submitted = micros(begin);
  const placing = performance.now();
  while (await sequenceOnce(log));
  return { submitted, placed: micros(placing) };
}

async function run(emit: Emit): Promise<void> {
  const close = await openDurableStore();
  try {
    // Warms everything up but the database's own pages.
    const other = await newLog();
    await measure(other);
    await other.close();
    const log = await newLog();
    await sequenceOnce(log);
    let first: number | undefined;
    for (const size of sizes) {
      await loadTo(log, size);
      const { submitted, placed } = await measure(log);
      first ??= submitted + placed;
      const ratio = Math.round((first / (submitted + placed)) * 1000) / 1000;
      emit({
        what: 'microseconds an append',
        entries: size,
        submitted,
        placed,
        ours: submitted + placed,
        ratio,
      });
    }
    await log.close();
  } finally {
    await close();
  }
}

export const benches = [
  { name: 'ledger-growth', summary: 'cost of an append in a log of 10,000 to 10,000,000 entries', run },
];
