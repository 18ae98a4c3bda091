import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadKeys } from '@xinlu/common/keys';
import { migrate } from '@xinlu/common/sql';
import { testDatabase } from '@xinlu/common/testing';
import { type LedgerClient, officeMigrations } from '@xinlu/issuer-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildLandOffice } from '../src/agencies/land-office/app.ts';
import { openTitleClaims } from '../src/agencies/land-office/claims.ts';
import { type LandOffice, onlineDesk, openLandOffice } from '../src/agencies/land-office/office.ts';
import { titleByNumber, titles } from '../src/agencies/land-office/titles.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

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
  let landOffice: LandOffice;
  const title = titles[0];
  if (title === undefined) throw new Error('the register is empty');

  const openOne = async () =>
    openLandOffice(open.country, {
      keys: await loadKeys(open.seeded.files.key('land-office')),
      ledger: ledger.client,
    });
  const issue = () =>
    landOffice.office.issue('land-title-deed', title, { by: onlineDesk, reason: '申領', subject: 'lin' });

  beforeEach(async () => {
    open = await openCountry();
    ledger = fakeLedger();
    landOffice = await openOne();
    await landOffice.start();
  });
  afterEach(async () => {
    await landOffice.stop();
    await open.close();
  });

  test('when the ledger is away, or its answer is lost, then the deed is still logged, under one entry', async () => {
    ledger.faults.before = 1;
    ledger.faults.after = 1;
    const { id } = await issue();
    await until(async () => (await landOffice.office.byId(id))?.entryId !== undefined);
    expect(ledger.entries.size).toBe(1);
  });

  test('when the office stops before it could log a deed, then it does after the next start', async () => {
    ledger.faults.before = 1000;
    const { id } = await issue();
    await until(async () => ledger.faults.before < 1000);
    await landOffice.stop();
    expect((await landOffice.office.byId(id))?.entryId).toBeUndefined();
    ledger.faults.before = 0;
    landOffice = await openOne();
    await landOffice.start();
    await until(async () => (await landOffice.office.byId(id))?.entryId !== undefined);
  });

  test('when two people claim one title, then the first keeps it', async () => {
    const claims = openTitleClaims(open.country);
    const both = await Promise.allSettled([
      claims.claim('lin', title.deed_number),
      claims.claim('chen', title.deed_number),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lin, chen] = await Promise.all([claims.of('lin'), claims.of('chen')]);
    expect([...lin, ...chen]).toEqual([title.deed_number]);
  });

  test('when a revoked title is issued again, then the new deed has a place of its own', async () => {
    const first = await issue();
    const by = { id: 'li', roles: ['registrar'] } as const;
    await landOffice.office.change(first.id, 'revoked', { by, reason: '註銷' });
    const again = await issue();
    expect(again.id).not.toBe(first.id);
    expect(again.statusIndex).not.toBe(first.statusIndex);
  });

  test('when a deed number is typed with spaces or full-width digits, then it is found', () => {
    expect(titleByNumber(' 115 信中字第 004217 號 ')?.owner_name).toBe('林怡君');
    expect(titleByNumber('１１５信中字第００４２１７號')?.owner_name).toBe('林怡君');
    expect(titleByNumber('115信中字第004218號')).toBeUndefined();
  });

  test('when staff work at the desk, then each role does what it may, with a reason', async () => {
    await landOffice.stop();
    const site = await buildLandOffice(open.country, { ledger: ledger.client });
    landOffice = site;
    await site.start();
    const { app } = site;
    let cookie = '';
    let token = '';
    const get = async (url: string) => {
      const answer = await app.inject({ url, headers: { cookie, accept: 'text/html' } });
      const set = answer.headers['set-cookie'];
      if (set) cookie = String(set).split(';')[0] ?? '';
      token = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? token;
      return answer;
    };
    const post = (url: string, form: Record<string, string>, csrf = token) =>
      app.inject({
        method: 'POST',
        url,
        headers: { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ _csrf: csrf, ...form }).toString(),
      });
    await get('/clerk');
    expect((await get('/clerk/issue/mortgage-certificate')).statusCode).toBe(401);
    expect((await post('/clerk/desk', { desk: 'clerk' }, 'x')).statusCode).toBe(403);
    expect((await post('/clerk/desk', { desk: 'clerk' })).statusCode).toBe(303);
    await get('/clerk/issue/mortgage-certificate');
    const form = {
      certificate_number: '115信他字第000877號',
      registry: '信路地政事務所',
      right_kind: 'mortgage',
      creditor_name: '信民商業銀行',
      obligor_name: '林怡君',
      parcel: '中正段二小段 01386-000 建號',
      share: '全部',
      rank: '0001-000',
      secured_amount: '12000000',
      cause: '設定',
      cause_on: '2026-11-18',
      registered_on: '2026-11-20',
    };
    const wrong = await post('/clerk/issue/mortgage-certificate', {
      ...form,
      cause_on: '18 Nov',
      reason: '申請',
    });
    expect([wrong.statusCode, wrong.body.includes('field-cause_on-error')]).toEqual([422, true]);
    expect(wrong.body).not.toContain('field-parcel-error');
    expect((await post('/clerk/issue/mortgage-certificate', { ...form, reason: '' })).statusCode).toBe(422);
    const made = await post('/clerk/issue/mortgage-certificate', { ...form, reason: '銀行申請' });
    const path = String(made.headers.location);
    expect((await get(path)).body).toContain('銀行申請');
    expect((await post(path, { action: 'revoke', reason: '塗銷' })).statusCode).toBe(422);
    expect((await get(`${path}/supersede`)).statusCode).toBe(403);
    expect((await post(path, { action: 'suspend', reason: '查證' })).statusCode).toBe(303);
    await post('/clerk/desk', { desk: 'registrar' });
    const next = await post(`${path}/supersede`, { ...form, secured_amount: '9000000', reason: '變更' });
    expect((await get(String(next.headers.location))).body).toContain('9000000');
    const old = await get(path);
    expect([old.body.includes('已由新文件取代'), old.body.includes('變更')]).toEqual([true, true]);
    expect((await get('/clerk/issue/land-title-deed')).statusCode).toBe(404);
    await app.close();
  });
});

describe('when deeds were issued before offices had tables of their own', () => {
  test('then they, their status and its history are brought over', async () => {
    const database = await testDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-migrations-'));
    const from = join(import.meta.dirname, '../src/migrations');
    for (const name of ['001-applications.sql', '002-title-deeds.sql'])
      cpSync(join(from, name), join(folder, name));
    await migrate(database, pathToFileURL(`${folder}/`), 'demo');
    await database.query(
      `INSERT INTO deed (id, deed_number, subject, status_index, document, salt, entry_id, issued_at, revoked_at) VALUES
       ('00000000-0000-4000-8000-000000000001', 'one', 'lin', 0, 'a.b.c~x~', '\\x01', NULL, '2026-01-01', NULL),
       ('00000000-0000-4000-8000-000000000002', 'two', 'lin', 1, 'd.e.f~', '\\x02', NULL, '2026-01-02', '2026-01-03')`,
    );
    await database.query(
      `INSERT INTO status_list (list, token, salt, made_at) VALUES ('\\x04', 't', '\\x03', '2026-01-03')`,
    );
    await migrate(database, officeMigrations, 'issuer-kit');
    await migrate(database, pathToFileURL(`${from}/`), 'demo');
    const papers = await database.query(
      'SELECT number, status, status_index, fingerprint FROM paper ORDER BY number',
    );
    expect(papers).toEqual([
      {
        number: 'one',
        status: 'valid',
        status_index: 0,
        fingerprint: 'z0fhGv1IV1om-G0fNeg6dpIe1-6GpYMtVltal3o5KYk',
      },
      {
        number: 'two',
        status: 'revoked',
        status_index: 1,
        fingerprint: 'hueZJG4--O7U1ijF-nSIg6FcPCXcG0jJHR56z2ifcns',
      },
    ]);
    expect(await database.query('SELECT status, staff FROM paper_event ORDER BY id')).toEqual([
      { status: 'valid', staff: 'online' },
      { status: 'valid', staff: 'online' },
      { status: 'revoked', staff: 'clerk' },
    ]);
    expect(await database.query('SELECT index FROM status_place ORDER BY index')).toHaveLength(2);
    expect(await database.query('SELECT token FROM paper_status_list')).toEqual([{ token: 't' }]);
    await database.close();
    rmSync(folder, { recursive: true });
  });
});
