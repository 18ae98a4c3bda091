import { inflateSync } from 'node:zlib';
import { loadKeys } from '@xinlu/common/keys';
import type { LedgerClient } from '@xinlu/issuer-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Deeds, openDeeds } from '../src/agencies/land-office/deeds.ts';
import { titleByNumber, titles } from '../src/agencies/land-office/titles.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

const STATUS_URI = 'http://localhost:4012/status-lists/1';

/** A ledger that can fail before and after it kept an entry; the same commitment always gets the same id. */
const fakeLedger = () => {
  const entries = new Map<string, string>();
  const faults = { before: 0, after: 0 };
  const client: LedgerClient = {
    async submit(type, commitment) {
      if (faults.before-- > 0) throw new Error('the ledger is away');
      const key = `${type} ${Buffer.from(commitment).toString('hex')}`;
      const id = entries.get(key) ?? crypto.randomUUID();
      entries.set(key, id);
      if (faults.after-- > 0) throw new Error('the answer was lost');
      return { id, index: null };
    },
    evidence: async () => undefined,
  };
  return { client, entries, faults };
};

const statusOf = async (deeds: Deeds): Promise<{ lst: string }> => {
  const [, payload = ''] = (await deeds.statusList()).split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).status_list;
};

const indexOf = (document: string): number => {
  const [, payload = ''] = document.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).status.status_list.idx;
};

const until = async (done: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen');
};

describe('the land office', () => {
  let open: OpenCountry;
  let ledger: ReturnType<typeof fakeLedger>;
  let deeds: Deeds;
  const title = titles[0];
  if (title === undefined) throw new Error('the register is empty');

  const office = async () =>
    openDeeds(open.country, {
      keys: await loadKeys(open.seeded.files.key('land-office')),
      ledger: ledger.client,
      statusUri: STATUS_URI,
    });

  beforeEach(async () => {
    open = await openCountry();
    ledger = fakeLedger();
    deeds = await office();
    await deeds.start();
  });
  afterEach(async () => {
    await deeds.stop();
    await open.close();
  });

  test('when ten requests issue the same title at once, then there is one deed, logged once', async () => {
    const issued = await Promise.all(Array.from({ length: 10 }, () => deeds.issue('lin', title)));
    expect(new Set(issued.map(({ id }) => id)).size).toBe(1);
    await until(async () => (await deeds.byId(issued[0]?.id ?? ''))?.entryId !== undefined);
    expect(await deeds.all()).toHaveLength(1);
    expect(ledger.entries.size).toBe(1);
  });

  test('when the ledger is away, or its answer is lost, then the deed is still logged, under one entry', async () => {
    ledger.faults.before = 1;
    ledger.faults.after = 1;
    const { id } = await deeds.issue('lin', title);
    await until(async () => (await deeds.byId(id))?.entryId !== undefined);
    expect(ledger.entries.size).toBe(1);
  });

  test('when the office stops before it could log a deed, then it does after the next start', async () => {
    ledger.faults.before = 1000;
    const { id } = await deeds.issue('lin', title);
    await until(async () => ledger.faults.before < 1000);
    await deeds.stop();
    expect((await deeds.byId(id))?.entryId).toBeUndefined();
    ledger.faults.before = 0;
    deeds = await office();
    await deeds.start();
    await until(async () => (await deeds.byId(id))?.entryId !== undefined);
  });

  test('when two people claim one title, then the first keeps it', async () => {
    const claims = await Promise.allSettled([
      deeds.claim('lin', title.deed_number),
      deeds.claim('chen', title.deed_number),
    ]);
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lin, chen] = await Promise.all([deeds.claimed('lin'), deeds.claimed('chen')]);
    expect([...lin, ...chen]).toEqual([title.deed_number]);
  });

  test('when deeds are revoked at once, then the list has them all, and they stay revoked', async () => {
    const second = titles[1];
    if (second === undefined) throw new Error('the register has one title only');
    const before = await statusOf(deeds);
    const [one, two] = await Promise.all([deeds.issue('lin', title), deeds.issue('chen', second)]);
    expect(await statusOf(deeds)).toEqual(before);
    await Promise.all([deeds.revoke(one.id), deeds.revoke(two.id), deeds.revoke(one.id)]);
    const { lst } = await statusOf(deeds);
    const list = inflateSync(Buffer.from(lst, 'base64url'));
    const statusAt = (index: number) => ((list[Math.floor(index / 4)] ?? 0) >> ((index % 4) * 2)) & 3;
    expect([statusAt(indexOf(one.document)), statusAt(indexOf(two.document))]).toEqual([1, 1]);
    expect(list.reduce((sum, byte) => sum + byte, 0)).toBeGreaterThan(0);
    const versions = await open.country.database.query('SELECT version FROM status_list');
    expect(versions).toHaveLength(2);
    await until(async () => {
      const waiting = await open.country.database.query('SELECT 1 FROM status_list WHERE entry_id IS NULL');
      return waiting.length === 0;
    });
  });

  test('when a revoked title is issued again, then the new deed has a place of its own', async () => {
    const first = await deeds.issue('lin', title);
    await deeds.revoke(first.id);
    const again = await deeds.issue('lin', title);
    expect(again.id).not.toBe(first.id);
    expect(indexOf(again.document)).not.toBe(indexOf(first.document));
  });

  test('when a deed number is typed with spaces or full-width digits, then it is found', () => {
    expect(titleByNumber(' 115 信中字第 004217 號 ')?.owner_name).toBe('林怡君');
    expect(titleByNumber('１１５信中字第００４２１７號')?.owner_name).toBe('林怡君');
    expect(titleByNumber('115信中字第004218號')).toBeUndefined();
  });
});
