import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAdmin, type TestAdmin, type Visitor } from './support.ts';

let admin: TestAdmin;
let anna: Visitor;
let bert: Visitor;
let herProposal: Record<string, unknown>;

beforeAll(async () => {
  admin = await startAdmin({ operators: 3 });
  anna = await admin.operator(0);
  bert = await admin.operator(1);
});
afterAll(() => admin.close());

async function propose(visitor: Visitor, content: object) {
  const baseVersion = (await admin.register.store.latestVersion())?.version;
  return visitor.post('/api/proposals', { baseVersion, reason: 'test', ...content });
}

async function operatorId(subject: string) {
  const row = await admin.database.one<{ id: string }>('SELECT id FROM operator WHERE subject = $1', [
    subject,
  ]);
  return row?.id;
}

describe('operators', () => {
  test('when a stranger is logged in, then the API refuses her clearly, everywhere', async () => {
    const stranger = await admin.login('stranger');
    expect((await stranger.get('/api/session')).body).toMatchObject({ loggedIn: true, operator: null });
    for (const path of [
      'overview',
      'participants',
      'proposals',
      'operators',
      'audit',
      'versions',
      'audit/check',
    ]) {
      const { status, body } = await stranger.get(`/api/${path}`);
      expect([path, status, body['code']]).toEqual([path, 403, 'operator-required']);
    }
    expect((await propose(stranger, { kind: 'operator-add', name: 'me' })).status).toBe(403);
  });

  test('when nobody is logged in, then the API asks for a login', async () => {
    const answer = await admin.app.inject({ url: '/api/participants' });
    expect([answer.statusCode, answer.json()['code']]).toEqual([401, 'login-required']);
  });

  test('when a request carries no CSRF token or comes from another site, then it is refused', async () => {
    for (const headers of [
      {},
      { 'x-csrf-token': 'wrong' },
      { 'x-csrf-token': anna.csrfToken, 'sec-fetch-site': 'cross-site' },
      { 'x-csrf-token': anna.csrfToken, origin: 'https://evil.example' },
    ]) {
      const answer = await admin.app.inject({
        method: 'POST',
        url: '/api/proposals',
        headers: { cookie: anna.cookie, ...headers },
        payload: { kind: 'operator-add', name: 'x', baseVersion: 1, reason: 'x' },
      });
      expect([answer.statusCode, answer.json()['code']]).toEqual([403, 'csrf-refused']);
    }
  });

  test('when the login is too weak, then it is refused', async () => {
    const begun = await admin.app.inject({ url: '/login' });
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    const answer = await admin.app.inject({ url: '/login/callback?code=x&acr=low', headers: { cookie } });
    expect([answer.statusCode, answer.json()['code']]).toEqual([403, 'acr-too-low']);
    const again = await admin.app.inject({ url: '/login/callback?code=x', headers: { cookie } });
    expect(again.json()['code']).toBe('login-not-begun');
  });

  test('when fifty people take one code at once, then exactly one becomes the operator', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, (_, index) => admin.login(`taker-${index}`)));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        people[index % people.length]?.post('/api/enrolment', { code: admin.codes[2] }),
      ),
    );
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    expect(answers.every((answer) => [200, 403, 409, 429].includes(answer?.status ?? 0))).toBe(true);
    const bound = await admin.database.query(`SELECT 1 FROM operator WHERE subject LIKE 'taker-%'`);
    expect(bound).toHaveLength(1);
  });

  test('when someone guesses codes, then she is slowed down', async () => {
    const guesser = await admin.login('guesser');
    const answers = [];
    for (let index = 0; index < 7; index += 1) {
      const answer = await guesser.post('/api/enrolment', { code: `AAAAA-AAAAA-AAAAA-0000${index}` });
      answers.push(answer.status);
    }
    expect(answers.slice(0, 5).every((status) => status === 403 || status === 429)).toBe(true);
    expect(answers.slice(5)).toEqual([429, 429]);
  });

  test('when an operator is appointed, then her code is given once, works once, and binds her', async () => {
    await admin.kv.delete('rate:enrolment-address:127.0.0.1');
    const proposed = await propose(anna, { kind: 'operator-add', name: '張美玲' });
    const decision = { contentHash: proposed.body['contentHash'] };
    expect((await anna.post(`/api/proposals/${proposed.body['id']}/approval`, decision)).status).toBe(403);
    const approved = await bert.post(`/api/proposals/${proposed.body['id']}/approval`, decision);
    const code = String(approved.body['enrolmentCode']);
    expect(code).toMatch(/^(?:[A-Z2-9]{5}-){3}[A-Z2-9]{5}$/);
    expect(JSON.stringify((await bert.get(`/api/proposals/${proposed.body['id']}`)).body)).not.toContain(
      code,
    );
    const dump = await admin.database.query(`SELECT * FROM operator`);
    expect(JSON.stringify(dump)).not.toContain(code);

    const mei = await admin.login('mei-ling');
    const enrolled = await mei.post('/api/enrolment', { code: code.toLowerCase().replaceAll('-', ' ') });
    expect(enrolled.body).toMatchObject({ operator: { name: '張美玲' } });
    const second = await admin.login('second-person');
    expect((await second.post('/api/enrolment', { code })).body['code']).toBe('enrolment-code-wrong');
  });

  test('when an operator is ended, then she is out at once and her proposals with her', async () => {
    const mei = await admin.login('mei-ling');
    const hers = await propose(mei, { kind: 'operator-add', name: 'her friend' });
    expect(hers.status).toBe(201);
    herProposal = hers.body;
    const ending = await propose(anna, { kind: 'operator-end', id: await operatorId('mei-ling') });
    const decision = { contentHash: ending.body['contentHash'] };
    expect((await bert.post(`/api/proposals/${ending.body['id']}/approval`, decision)).status).toBe(200);
    expect((await mei.get('/api/participants')).body['code']).toBe('operator-required');
    const late = await anna.post(`/api/proposals/${hers.body['id']}/approval`, {
      contentHash: hers.body['contentHash'],
    });
    expect(late.body['code']).toBe('proposer-ended');
  });

  test('when too few would remain, then an operator cannot be ended', async () => {
    const taker = await admin.database.one<{ id: string }>(
      `SELECT id FROM operator WHERE subject LIKE 'taker-%'`,
    );
    const first = await propose(anna, { kind: 'operator-end', id: taker?.id });
    const done = await bert.post(`/api/proposals/${first.body['id']}/approval`, {
      contentHash: first.body['contentHash'],
    });
    expect(done.status).toBe(200);
    const second = await propose(anna, { kind: 'operator-end', id: await operatorId('operator-1') });
    const refused = await bert.post(`/api/proposals/${second.body['id']}/approval`, {
      contentHash: second.body['contentHash'],
    });
    expect([refused.status, refused.body['code']]).toEqual([409, 'operators-too-few']);
    expect((await anna.get(`/api/proposals/${second.body['id']}`)).body['state']).toBe('open');
  });

  test('when one person was ended and appointed anew, then she still cannot approve what she proposed', async () => {
    const again = await propose(anna, { kind: 'operator-add', name: '張美玲' });
    const approved = await bert.post(`/api/proposals/${again.body['id']}/approval`, {
      contentHash: again.body['contentHash'],
    });
    const mei = await admin.login('mei-ling');
    await admin.kv.delete('rate:enrolment-address:127.0.0.1');
    expect((await mei.post('/api/enrolment', { code: approved.body['enrolmentCode'] })).status).toBe(200);
    const visitor = await admin.login('mei-ling');
    const answer = await visitor.post(`/api/proposals/${herProposal['id']}/approval`, {
      contentHash: herProposal['contentHash'],
    });
    expect([answer.status, answer.body['code']]).toEqual([403, 'own-proposal']);
    await expect(
      admin.database.query(
        `UPDATE proposal SET state = 'approved', decided_at = now(), decision_jws = 'x', decider_subject = 'mei-ling',
           decided_by = (SELECT id FROM operator WHERE subject = 'mei-ling' AND ended_at IS NULL) WHERE id = $1`,
        [herProposal['id']],
      ),
    ).rejects.toThrow(/two_persons/);
  });

  test('when an operator logs out, then the session is worth nothing', async () => {
    const visitor = await admin.login('operator-0');
    const { body } = await visitor.post('/api/logout');
    expect(String(body['url'])).toContain('/logout?to=');
    expect((await visitor.get('/api/participants')).status).toBe(401);
  });
});
