import { sha256Base64url } from '@xinlu/common/canonical';
import { commit } from '@xinlu/common/commitment';
import { retryable } from '@xinlu/common/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEntrySubmitter } from '../src/adapters/entry-submitter.ts';
import { startAdmin, type TestAdmin } from './support.ts';

let admin: TestAdmin;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

describe('the public register', () => {
  test('when a reader has the newest version, then nothing is sent again', async () => {
    const first = await admin.app.inject({ url: '/register/snapshot' });
    expect([first.statusCode, first.headers['etag']]).toEqual([200, '"1"']);
    const again = await admin.app.inject({ url: '/register/snapshot', headers: { 'if-none-match': '"1"' } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const older = await admin.app.inject({ url: '/register/snapshot', headers: { 'if-none-match': '"0"' } });
    expect(older.statusCode).toBe(200);
  });

  test('when a version is listed, then its hash and commitment can be checked by anybody', async () => {
    const { items } = (await admin.app.inject({ url: '/register/versions' })).json();
    const jws = (await admin.app.inject({ url: '/register/versions/1' })).body;
    expect(items[0]).toMatchObject({ version: 1, previous: null, hash: sha256Base64url(jws), entry: null });
    const salt = new Uint8Array(Buffer.from(items[0].salt, 'base64url'));
    expect(Buffer.from(commit(jws, salt)).toString('base64url')).toBe(items[0].commitment);
  });

  test('when the ledger takes the commitment late, then the job goes on until the index is known', async () => {
    const answers = [
      { status: 201, json: { id: '01900000-0000-7000-8000-000000000000', index: null } },
      { status: 200, json: { id: '01900000-0000-7000-8000-000000000000', index: 7 } },
    ];
    const sent: unknown[] = [];
    const submit = createEntrySubmitter({
      store: admin.register.store,
      ledgerUrl: 'http://ledger',
      call: async (url, call) => {
        sent.push([url, call?.json]);
        const answer = answers.shift();
        if (answer === undefined) throw retryable('peer-unreachable', 'away');
        return { ...answer, headers: new Headers() };
      },
    });
    await expect(submit({ version: 1 }, { id: 'job' })).rejects.toThrow(/entry-waits/);
    await submit({ version: 1 }, { id: 'job' });
    const { commitment, entry } = (await admin.register.store.version(1)) ?? {};
    expect(entry).toEqual({ id: '01900000-0000-7000-8000-000000000000', index: 7 });
    expect(sent[0]).toEqual(['http://ledger/entries', { type: 'register', commitment }]);
    await expect(submit({ version: 1 }, { id: 'job' })).rejects.toThrow(/peer-unreachable/);
  });

  test('when the register was founded, then its commitment waits in the outbox', async () => {
    expect(await admin.outbox.backlog()).toMatchObject([{ queue: 'register-entry', waiting: 1 }]);
  });

  test('when the console is asked for, then its policy allows no inline script', async () => {
    const page = await admin.app.inject({ url: '/', headers: { accept: 'text/html' } });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).not.toContain('unsafe');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(page.body).toContain(`content="${nonce}"`);
    expect((await admin.app.inject({ url: '/' })).body).not.toBe(page.body);
  });
});
