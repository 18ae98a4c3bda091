import { formatVerifierKey, parseNote, verifyCosignature } from '@xinlu/verifier';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { anchorQueueInPostgres } from '../../src/adapters/anchor-queue-postgres.ts';
import { cosignaturesInPostgres } from '../../src/adapters/cosignatures-postgres.ts';
import { tilesInFiles } from '../../src/adapters/tiles-files.ts';
import { parseWitnessFile, witnessOverHttp } from '../../src/adapters/witness-http.ts';
import { sequenceOnce } from '../../src/domain/sequencer.ts';
import { type Witness, witnessOnce } from '../../src/domain/witnessing.ts';
import { backUp, newEntry, newLog, type TestLog } from '../../test/support/ledger.ts';
import { type RunningWitness, runWitness } from '../../witness/test/support/running-witness.ts';

// Whole processes come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let log: TestLog;
let witness: RunningWitness;

beforeEach(async () => {
  log = await newLog();
  witness = await runWitness(log.signer.key);
});
afterEach(async () => {
  await witness.close();
  await log.close();
});

async function grow(count: number) {
  for (let i = 0; i < count; i++) await log.store.submit(newEntry());
  while (await sequenceOnce(log));
}

function open(by: Witness = witnessOverHttp(witness.key, witness.url)) {
  const policy = { quorum: 1, witnesses: [by] };
  const cosignatures = cosignaturesInPostgres(log.database, policy);
  const queue = anchorQueueInPostgres(log.database, policy);
  const round = async () => {
    const faults = await witnessOnce({ store: log.store, cosignatures, policy });
    await queue.queueNewest(0);
    return [...(faults?.values() ?? [])][0];
  };
  const queued = async () => (await queue.open()).map(({ size }) => size);
  return { cosignatures, round, queued };
}

describe('when a log asks its witness', () => {
  test('then each checkpoint is cosigned once, and only then queued for the chain', async () => {
    const { cosignatures, round, queued } = open();
    await grow(5);
    await round();
    await grow(300);
    await round();
    await round();
    expect(await queued()).toEqual([305]);
    const checkpoint = await log.store.published();
    const note = parseNote([checkpoint?.note, ...(await cosignatures.linesFor(305))].join(''));
    expect(note && verifyCosignature(note, witness.key)).toBeGreaterThan(0);
    expect(await cosignatures.newest()).toBe(305);
  });

  test('then a lost answer is asked for again from where the witness stands', async () => {
    const over = witnessOverHttp(witness.key, witness.url);
    let lost = true;
    const { round, queued } = open({
      ...over,
      async addCheckpoint(request) {
        const answer = await over.addCheckpoint(request);
        if (lost) throw new Error('answer lost');
        return answer;
      },
    });
    await grow(3);
    expect(await round()).toBe('witness-away');
    await grow(4);
    expect(await round()).toBe('witness-away');
    lost = false;
    expect(await queued()).toEqual([]);
    expect(await round()).toBeNull();
    expect(await queued()).toEqual([7]);
  });

  test('then an answer that is no cosignature of its key is kept by nobody', async () => {
    const stranger = await runWitness(log.signer.key, 'witness.example/2');
    const { round, queued } = open({ ...witnessOverHttp(stranger.key, stranger.url), key: witness.key });
    await grow(3);
    expect(await round()).toBe('witness-signs-wrongly');
    expect(await queued()).toEqual([]);
    await stranger.close();
  });
});

describe('when the log shows its witness another history', () => {
  test.each([
    ['larger', 9],
    ['equal', 6],
    ['smaller', 4],
  ])('then a %s tree gets no cosignature, is not anchored, and the log says so', async (_, size) => {
    const restoreEmpty = await backUp(log.database);
    await grow(6);
    const before = open();
    expect(await before.round()).toBeNull();
    await restoreEmpty();
    log = { ...log, tiles: tilesInFiles(`${log.folder}/elsewhere`) };
    await grow(size);
    const after = open();
    expect(await after.round()).toBe('witness-refuses');
    expect(await after.queued()).toEqual([]);
  });
});

describe('when the policy is read', () => {
  test('then one that cannot be met, or counts a key twice, is refused', () => {
    const vkey = formatVerifierKey(witness.key);
    const file = (quorum: number, ...witnesses: object[]) => JSON.stringify({ quorum, witnesses });
    const entry = { vkey, url: 'http://localhost:1/' };
    expect(parseWitnessFile(file(1, entry))?.witnesses[0]?.url).toBe('http://localhost:1');
    for (const wrong of [
      '{',
      'null',
      file(0, entry),
      file(2, entry),
      file(1, { ...entry, url: 'file:///x' }),
      file(1, { ...entry, vkey: 'x+00000000+AA==' }),
      file(2, entry, entry),
    ]) {
      expect(parseWitnessFile(wrong)).toBeUndefined();
    }
  });
});
