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

/** Appoints an operator by two others; gives the half that each of them got to see. */
async function appoint(name: string) {
  const proposed = await propose(anna, { kind: 'operator-add', name });
  const approved = await bert.post(`/api/proposals/${proposed.body['id']}/approval`, {
    contentHash: proposed.body['contentHash'],
  });
  return {
    hers: String(proposed.body['enrolmentCode']),
    his: String(approved.body['enrolmentCode']),
  };
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

  test('when an operator is appointed, then each of two operators hands her a half, and only both bind her', async () => {
    await admin.kv.delete('rate:enrolment-address:127.0.0.1');
    const proposed = await propose(anna, { kind: 'operator-add', name: '張美玲' });
    const hers = String(proposed.body['enrolmentCode']);
    const decision = { contentHash: proposed.body['contentHash'] };
    expect((await anna.post(`/api/proposals/${proposed.body['id']}/approval`, decision)).status).toBe(403);
    const approved = await bert.post(`/api/proposals/${proposed.body['id']}/approval`, decision);
    const his = String(approved.body['enrolmentCode']);
    for (const code of [hers, his]) expect(code).toMatch(/^(?:[A-Z2-9]{5}-){3}[A-Z2-9]{5}$/);
    expect(hers).not.toBe(his);
    const kept = [
      (await bert.get(`/api/proposals/${proposed.body['id']}`)).body,
      (await anna.get(`/api/proposals/${proposed.body['id']}`)).body,
      approved.body['after'],
      await admin.database.query('SELECT * FROM operator'),
      await admin.database.query('SELECT * FROM proposal'),
      await admin.database.query('SELECT * FROM audit'),
    ];
    for (const code of [hers, his]) expect(JSON.stringify(kept)).not.toContain(code);
    expect(JSON.stringify(approved.body)).not.toContain(hers);

    // Neither operator alone can choose who it becomes, the approver no more than the proposer.
    const mei = await admin.login('mei-ling');
    for (const body of [
      { code: his },
      { code: hers },
      { code: his, otherCode: his },
      { code: hers, otherCode: hers },
      { code: hers, otherCode: 'AAAAA-AAAAA-AAAAA-AAAAA' },
    ]) {
      const thief = await admin.login(`thief-${JSON.stringify(body)}`);
      expect((await thief.post('/api/enrolment', body)).body['code']).toBe('enrolment-code-wrong');
    }
    const enrolled = await mei.post('/api/enrolment', {
      code: his.toLowerCase().replaceAll('-', ' '),
      otherCode: hers,
    });
    expect(enrolled.body).toMatchObject({ operator: { name: '張美玲' } });
    const second = await admin.login('second-person');
    const again = await second.post('/api/enrolment', { code: hers, otherCode: his });
    expect(again.body['code']).toBe('enrolment-code-wrong');
  });

  test('when many people take both halves at once, then exactly one becomes the operator', async () => {
    await admin.kv.delete('rate:enrolment-address:127.0.0.1');
    const { hers, his } = await appoint('王大同');
    const people = await Promise.all(Array.from({ length: 15 }, (_, index) => admin.login(`pair-${index}`)));
    const answers = await Promise.all(
      people.map((person, index) =>
        person.post(
          '/api/enrolment',
          index % 2 ? { code: hers, otherCode: his } : { code: his, otherCode: hers },
        ),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const bound = await admin.database.one<{ id: string }>(
      `SELECT id FROM operator WHERE subject LIKE 'pair-%'`,
    );
    const ending = await propose(anna, { kind: 'operator-end', id: bound?.id });
    const decision = { contentHash: ending.body['contentHash'] };
    expect((await bert.post(`/api/proposals/${ending.body['id']}/approval`, decision)).status).toBe(200);
  });

  test('when an operator is written into the database past the two persons, then the database refuses', async () => {
    await appoint('林小明');
    const insert = (proposal: string, name: string, half: string) =>
      admin.database.query(
        `INSERT INTO operator (id, name, code_sha256, proposer_code_sha256, appointed_at, proposal)
         VALUES (gen_random_uuid(), '${name}', repeat('a', 64), ${half}, now(), ${proposal})`,
      );
    await expect(insert('NULL', 'x', 'NULL')).rejects.toThrow(/approved proposal/);
    const open = await propose(anna, { kind: 'operator-add', name: '未核准' });
    const half = "(SELECT content->'after'->>'proposerCodeSha256' FROM proposal WHERE id = $id)";
    const from = (id: unknown) => [`'${String(id)}'`, half.replace('$id', `'${String(id)}'`)] as const;
    const [openId, openHalf] = from(open.body['id']);
    await expect(insert(openId, '未核准', openHalf)).rejects.toThrow(/approved proposal/);
    const used = await admin.database.one<{ proposal: string }>(
      `SELECT proposal FROM operator WHERE name = '林小明'`,
    );
    const [usedId, usedHalf] = from(used?.proposal);
    await expect(insert(usedId, '別人', usedHalf)).rejects.toThrow(/approved proposal/);
    await expect(insert(usedId, '林小明', "repeat('b', 64)")).rejects.toThrow(/approved proposal/);
    await expect(insert(usedId, '林小明', usedHalf)).rejects.toThrow(/operator_proposal/);
    await expect(
      admin.database.query(
        `UPDATE operator SET proposer_code_sha256 = repeat('c', 64) WHERE name = '林小明'`,
      ),
    ).rejects.toThrow(/does not change/);
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
    const { hers, his } = await appoint('張美玲');
    const mei = await admin.login('mei-ling');
    await admin.kv.delete('rate:enrolment-address:127.0.0.1');
    expect((await mei.post('/api/enrolment', { code: hers, otherCode: his })).status).toBe(200);
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
