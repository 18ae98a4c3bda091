import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { systemClock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import { createPostgresKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { createOutbox, type Outbox } from '@xinlu/common/outbox';
import { type Database, migrate } from '@xinlu/common/sql';
import { makeKeys, testDatabase } from '@xinlu/common/testing';
import { statusNames } from '@xinlu/verifier';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type LedgerClient,
  type OfficePaper,
  officeQueues,
  openPaperOffice,
  type PaperOffice,
  registerOfficeApi,
  registerOfficePublic,
  type Staff,
} from '../src/index.ts';
import { listUri } from './support/country.ts';
import { samples } from './support/samples.ts';

const clerk: Staff = { id: 'wang', roles: ['clerk'] };
const registrar: Staff = { id: 'li', roles: ['registrar'] };
const byClerk = { by: clerk, reason: '臨櫃申請' };
const byRegistrar = { by: registrar, reason: '法院囑託' };

let database: Database;
let outbox: Outbox;
let office: PaperOffice;
let entries: Map<string, string>;
let numbers = 0;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database, new URL('../migrations/', import.meta.url), 'issuer-kit');
  const queues = Object.values(officeQueues('office'));
  outbox = createOutbox({
    databaseUrl: database.url,
    queues,
    log: createLogger({ name: 't', level: 'silent' }),
  });
  entries = new Map();
  const ledger: LedgerClient = {
    async submit(type, commitment) {
      const key = `${type} ${Buffer.from(commitment).toString('hex')}`;
      const id = entries.get(key) ?? crypto.randomUUID();
      entries.set(key, id);
      return { id, index: null };
    },
    evidence: async () => undefined,
  };
  office = await openPaperOffice({
    issuer: 'office',
    database,
    outbox,
    keys: await makeKeys(),
    ledger,
    statusUri: listUri,
    validSeconds: 3600,
    clock: systemClock,
    ids: systemIds,
  });
  await outbox.start();
});
afterAll(async () => {
  await outbox.stop();
  await database.close();
});

/** A certificate of a number of its own. */
const nextPaper = () => ({ ...samples.certificate, certificate_number: `第${numbers++}號` });
const issued = () => office.issue('certificate', nextPaper(), byClerk);

async function statusIn(paper: OfficePaper, at?: Date): Promise<string | undefined> {
  const token = await office.statusList(at);
  if (token === undefined) return undefined;
  const { status_list: list } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const bytes = inflateSync(Buffer.from(list.lst, 'base64url'));
  const byte = bytes[Math.floor(paper.statusIndex / 4)] ?? 0;
  return statusNames[(byte >> ((paper.statusIndex % 4) * 2)) & 3];
}

let paper: OfficePaper;
beforeEach(async () => {
  paper = await issued();
});

describe('when an office issues', () => {
  test('then of ten orders of one number at once there is one paper, and it is logged', async () => {
    const data = nextPaper();
    const ten = await Promise.all(
      Array.from({ length: 10 }, () => office.issue('certificate', data, byClerk)),
    );
    expect(new Set(ten.map(({ id }) => id)).size).toBe(1);
    await expect.poll(async () => (await office.byId(ten[0]?.id ?? ''))?.entryId).toBeDefined();
    expect((await office.byFingerprint(paper.fingerprint))?.id).toBe(paper.id);
    expect(await office.byFingerprint('x')).toBeUndefined();
  });

  test('then nobody without a role does, and a paper that is not whole is refused', async () => {
    const nobody = { by: { id: 'x', roles: [] }, reason: '無' };
    await expect(office.issue('certificate', nextPaper(), nobody)).rejects.toMatchObject({
      code: 'role-missing',
    });
    await expect(office.issue('certificate', { ...nextPaper(), matter: '' }, byClerk)).rejects.toMatchObject({
      code: 'paper-malformed',
    });
  });
});

describe('when the status of a paper is changed', () => {
  test('then it stands in the list, who and why is recorded, and the record is not rewritten', async () => {
    await office.change(paper.id, 'suspended', byClerk);
    expect(await statusIn(paper)).toBe('suspended');
    await office.change(paper.id, 'valid', byRegistrar);
    expect(await statusIn(paper)).toBe('valid');
    await office.change(paper.id, 'revoked', byRegistrar);
    await office.change(paper.id, 'revoked', byRegistrar);
    expect(await statusIn(paper)).toBe('revoked');
    const events = await office.events(paper.id);
    expect(events.map(({ status, reason, staff }) => [status, reason, staff])).toEqual([
      ['valid', '臨櫃申請', 'wang'],
      ['suspended', '臨櫃申請', 'wang'],
      ['valid', '法院囑託', 'li'],
      ['revoked', '法院囑託', 'li'],
    ]);
    await expect(database.query('UPDATE paper_event SET reason = $1', ['x'])).rejects.toThrow(
      'not rewritten',
    );
    await expect(database.query('DELETE FROM paper_event')).rejects.toThrow('not rewritten');
  });

  test('then a clerk suspends and no more, and what is over stays so', async () => {
    for (const status of ['valid', 'revoked'] as const) {
      await expect(office.change(paper.id, status, byClerk)).rejects.toMatchObject({ code: 'role-missing' });
    }
    await expect(office.supersede(paper.id, 'certificate', nextPaper(), byClerk)).rejects.toMatchObject({
      code: 'role-missing',
    });
    await office.change(paper.id, 'revoked', byRegistrar);
    await expect(office.change(paper.id, 'valid', byRegistrar)).rejects.toMatchObject({
      code: 'status-final',
    });
    await expect(office.supersede(paper.id, 'certificate', nextPaper(), byRegistrar)).rejects.toMatchObject({
      code: 'status-final',
    });
    expect(await statusIn(paper)).toBe('revoked');
    await expect(office.change(systemIds.uuid(), 'revoked', byRegistrar)).rejects.toMatchObject({
      code: 'paper-unknown',
    });
  });

  test('then papers changed at once are all in the list, and each list is logged', async () => {
    const papers = await Promise.all(Array.from({ length: 4 }, issued));
    await Promise.all(papers.map(({ id }) => office.change(id, 'revoked', byRegistrar)));
    expect(await Promise.all(papers.map((one) => statusIn(one)))).toEqual(papers.map(() => 'revoked'));
    await expect
      .poll(() => database.one('SELECT 1 FROM paper_status_list WHERE entry_id IS NULL AND version > 1'), {
        timeout: 10_000,
      })
      .toBeUndefined();
  });

  test('then a new paper of the same number takes its place in one moment, for the same person', async () => {
    const data = nextPaper();
    const old = await office.issue('certificate', data, { ...byClerk, subject: 'lin' });
    const next = await office.supersede(old.id, 'certificate', { ...data, matter: '更正' }, byRegistrar);
    expect([next.number, next.subject, next.status]).toEqual([old.number, 'lin', 'valid']);
    expect([await statusIn(old), await statusIn(next)]).toEqual(['superseded', 'valid']);
    expect((await office.list({ subject: 'lin' })).map(({ status }) => status)).toEqual([
      'valid',
      'superseded',
    ]);
    // A new paper that cannot be issued leaves the old one in force.
    await expect(
      office.supersede(next.id, 'land-title-deed', samples['land-title-deed'], byRegistrar),
    ).rejects.toMatchObject({ code: 'paper-of-other-type' });
    expect(await statusIn(next)).toBe('valid');
  });

  test('then the list of a time gone by is still there, signed for that time', async () => {
    const before = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await office.change(paper.id, 'revoked', byRegistrar);
    expect([await statusIn(paper, before), await statusIn(paper)]).toEqual(['valid', 'revoked']);
    expect(await statusIn(paper, new Date(0))).toBeUndefined();
    const token = (await office.statusList(before)) ?? '';
    const { iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(iat).toBe(Math.floor(before.getTime() / 1000));
  });
});

describe('when the office is asked over HTTP', () => {
  let app: AppInstance;
  const as = (roles?: string) => ({
    'content-type': 'application/json',
    ...(roles && { 'x-test-roles': roles }),
  });
  const post = async (url: string, body: object, roles?: string) => {
    const answer = await app.inject({ method: 'POST', url, headers: as(roles), payload: body });
    return { status: answer.statusCode, json: answer.json() };
  };

  beforeAll(async () => {
    const log = createLogger({ name: 't', level: 'silent' });
    const kv = createPostgresKeyValue(database, 'office');
    await migrate(database, new URL('../../../common/src/kv/migrations/', import.meta.url), 'key-value');
    app = await buildHttp({
      name: 'office',
      publicUrl: 'http://localhost:1',
      log,
      kv,
      ready: async () => ({}),
    });
    registerOfficePublic(app, { office, types: ['certificate'] });
    registerOfficeApi(app, {
      office,
      mayIssue: (type) => type === 'certificate',
      guard: async () => undefined,
      staffOf: async ({ headers }) => {
        const roles = headers['x-test-roles'];
        return typeof roles === 'string' ? { id: 'x', roles: roles.split(',') as Staff['roles'] } : undefined;
      },
    });
  });
  afterAll(() => app.close());

  test('then staff issue, suspend, supersede and revoke by their roles, with a reason', async () => {
    const order = { type: 'certificate', data: nextPaper(), reason: '申請' };
    expect((await post('/office/papers', order)).status).toBe(401);
    expect((await post('/office/papers', { ...order, reason: ' ' }, 'clerk')).status).toBe(400);
    expect((await post('/office/papers', { ...order, type: 'land-title-deed' }, 'clerk')).json).toMatchObject(
      {
        code: 'paper-type-unknown',
      },
    );
    expect((await post('/office/papers', { ...order, data: {} }, 'clerk')).json).toMatchObject({
      code: 'paper-malformed',
    });
    const { status, json } = await post('/office/papers', order, 'clerk');
    expect([status, json.status]).toEqual([201, 'valid']);
    expect(JSON.stringify(json)).not.toContain('林怡君');
    const path = `/office/papers/${json.id}`;
    const suspended = { status: 'suspended', reason: '查證中' };
    expect((await post(`${path}/status`, suspended, 'clerk')).json.status).toBe('suspended');
    const revoked = { status: 'revoked', reason: '撤銷' };
    expect((await post(`${path}/status`, revoked, 'clerk')).json).toMatchObject({ code: 'role-missing' });
    const next = await post(`${path}/successor`, { data: order.data, reason: '更正' }, 'registrar');
    expect([next.status, next.json.number]).toEqual([201, order.data.certificate_number]);
    const answer = await app.inject({ url: path, headers: as('clerk') });
    expect(answer.json()).toMatchObject({
      status: 'superseded',
      events: [{}, {}, { reason: '更正', staff: 'x' }],
    });
    expect((await app.inject({ url: path })).statusCode).toBe(401);
    expect((await app.inject({ url: '/office/papers' })).statusCode).toBe(401);
    expect(
      (await app.inject({ url: '/office/papers', headers: as('clerk') })).json().papers.length,
    ).toBeGreaterThan(1);
  });

  test('then everybody reads types and status lists, and a paper by its fingerprint once its anchor is final', async () => {
    expect((await app.inject('/paper-types/certificate.json')).json()).toMatchObject({ name: 'Certificate' });
    expect((await app.inject('/paper-types/land-title-deed.json')).statusCode).toBe(404);
    expect((await app.inject('/status-lists/1')).headers['content-type']).toBe('application/statuslist+jwt');
    expect((await app.inject('/status-lists/1?time=1')).statusCode).toBe(404);
    expect((await app.inject('/status-lists/1?time=99999999999')).statusCode).toBe(400);
    expect((await app.inject(`/papers/${paper.fingerprint}`)).json()).toMatchObject({ code: 'not-final' });
    expect((await app.inject(`/papers/${'A'.repeat(43)}`)).statusCode).toBe(404);
    // Who was shown the paper with fields left out cannot name the whole of it.
    const [jwt = '', one = ''] = paper.document.split('~');
    for (const shown of [jwt, `${jwt}~`, `${jwt}~${one}~`]) {
      const named = createHash('sha256').update(shown).digest('base64url');
      expect((await app.inject(`/papers/${named}`)).statusCode).toBe(404);
    }
  });
});
