import { hash } from 'node:crypto';
import { leafHash, nodeHash } from '../../ledger/src/domain/hash.ts';
import { sequenceOnce } from '../../ledger/src/domain/sequencer.ts';
import { appendLeaves, inclusionPath, type ReadTile, treeRoot } from '../../ledger/src/domain/tree.ts';
import { newEntry, newLog } from '../../ledger/test/support/ledger.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

const seconds = async (work: () => unknown): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};
const round = (value: number) => Math.round(value * 1000) / 1000;

/** Durable appends with 1,000 callers at once, against the same rows inserted one statement each. */
async function appends(emit: Emit): Promise<void> {
  const log = await newLog();
  const count = 30_000;
  const insertOne = async () => {
    const { id, type, issuer, commitment } = newEntry();
    await log.database.query('INSERT INTO entry (id, type, issuer, commitment) VALUES ($1, $2, $3, $4)', [
      id,
      type,
      issuer,
      commitment,
    ]);
  };
  const parallel = async (total: number, callers: number, work: () => Promise<unknown>) => {
    let left = total;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (left-- > 0) await work();
      }),
    );
  };
  const single = 5_000 / (await seconds(() => parallel(5_000, 10, insertOne)));
  const ours = count / (await seconds(() => parallel(count, 1_000, () => log.store.submit(newEntry()))));
  emit({
    what: 'durable appends a second',
    ours: Math.round(ours),
    single: Math.round(single),
    ratio: round(ours / single),
  });
  const integrated = await seconds(async () => {
    while (await sequenceOnce(log));
  });
  emit({ what: 'entries integrated a second', ours: Math.round((count + 5_000) / integrated) });
  await log.close();
}

/** Inner-node hashing against Node's one-shot SHA-256 of the same 65 bytes, in its fastest form. */
async function hashing(emit: Emit): Promise<void> {
  const [left, right] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
  const input = Buffer.concat([Uint8Array.of(1), left, right]);
  const times = 300_000;
  const ours = await seconds(() => {
    for (let i = 0; i < times; i++) nodeHash(left, right);
  });
  const theirs = await seconds(() => {
    for (let i = 0; i < times; i++) hash('sha256', input, 'binary');
  });
  emit({
    what: 'node hashes a second',
    ours: Math.round(times / ours),
    oneShot: Math.round(times / theirs),
    ratio: round(theirs / ours),
  });
}

/** A million leaves into tiles, and proofs out of them. */
async function building(emit: Emit): Promise<void> {
  const tiles = new Map<string, Uint8Array>();
  const readTile: ReadTile = async ({ level, position }) =>
    tiles.get(`${level}/${position}`) ?? new Uint8Array();
  const leaf = leafHash(Uint8Array.of(1));
  const size = 1_000_000;
  const built = await seconds(async () => {
    const leaves = new Array<Uint8Array>(size).fill(leaf);
    for (const { level, position, hashes } of await appendLeaves(readTile, 0, leaves)) {
      tiles.set(`${level}/${position}`, hashes);
    }
    await treeRoot(readTile, size);
  });
  emit({ what: 'seconds for 1,000,000 leaves', ours: round(built), target: 1.2, ratio: round(1.2 / built) });
  const proofs = 2_000;
  const proven = await seconds(async () => {
    for (let i = 0; i < proofs; i++) await inclusionPath(readTile, (i * 499) % size, size);
  });
  emit({ what: 'inclusion proofs a second, no cache', ours: Math.round(proofs / proven) });
}

export const benches = [
  {
    name: 'ledger',
    summary: 'durable appends, Merkle hashing, building and proving',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        await hashing(emit);
        await building(emit);
        await appends(emit);
      } finally {
        await closeStores();
      }
    },
  },
];
