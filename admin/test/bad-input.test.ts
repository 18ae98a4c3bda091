import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeParticipant, startAdmin, type TestAdmin, type Visitor } from './support.ts';

let admin: TestAdmin;
let anna: Visitor;
const UUID = '01900000-0000-7000-8000-000000000000';
const HASH = 'A'.repeat(43);

beforeAll(async () => {
  admin = await startAdmin();
  anna = await admin.operator(0);
});
afterAll(() => admin.close());

const GETS = [
  '/api/participants?offset=-1',
  '/api/participants?limit=100000',
  '/api/participants?offset=x',
  `/api/participants?q=${'x'.repeat(500)}`,
  '/api/participants/UPPER',
  '/api/participants/nobody',
  '/api/participants/%00',
  '/api/participants/..%2f..%2fetc',
  '/api/proposals?state=strange',
  '/api/proposals?target=%00',
  '/api/proposals?kind=x',
  '/api/proposals/not-a-uuid',
  `/api/proposals/${UUID}`,
  '/api/operators/not-a-uuid',
  `/api/operators/${UUID}`,
  '/api/audit?operator=1',
  '/api/audit?action=x',
  '/register/versions/0',
  '/register/versions/99999999999999',
  '/register/versions/9999',
  '/register/versions/x',
  '/register/versions?limit=0',
  '/login/callback',
  '/login/callback?code=%ff',
  '/nothing',
  '/%ff',
];

const bodies: unknown[] = [
  null,
  [],
  'text',
  1,
  {},
  { kind: 'participant-add' },
  { kind: 'strange', baseVersion: 1, reason: 'x' },
  { kind: 'participant-add', baseVersion: 1, reason: 'x' },
  { kind: 'participant-add', baseVersion: 1, reason: 'x', participant: null },
  { kind: 'participant-add', baseVersion: 1, reason: 'x', participant: [] },
  { kind: 'participant-add', baseVersion: 1, reason: 'x', participant: { keys: [null] } },
  { kind: 'participant-add', baseVersion: 1, reason: 'x\u0000', participant: {} },
  { kind: 'participant-add', baseVersion: 99_999_999_999, reason: 'x', participant: {} },
  { kind: 'participant-change', baseVersion: 1, reason: '', participant: {} },
  { kind: 'participant-end', baseVersion: 1, reason: 'x' },
  { kind: 'participant-end', baseVersion: 1, reason: 'x', id: 'nobody' },
  { kind: 'participant-end', baseVersion: 1, reason: 'x', id: 'idp' },
  { kind: 'participant-end', baseVersion: 1, reason: 'x', id: 'idp', validUntil: 'tomorrow' },
  { kind: 'operator-add', baseVersion: 1, reason: 'x', name: '\u202e' },
  { kind: 'operator-end', baseVersion: 1, reason: 'x', id: 'idp' },
  { kind: 'operator-end', baseVersion: 1, reason: 'x', id: 'abcdef01-x' },
  { kind: 'operator-end', baseVersion: 1, reason: 'x', id: UUID },
  { kind: 'operator-add', baseVersion: 1, reason: 'x', name: 'x', extra: true },
];

function expectProblem(where: string, status: number, body: Record<string, unknown>) {
  expect([where, status >= 400 && status < 500, typeof body['code']]).toEqual([where, true, 'string']);
  expect(body['status']).toBe(status);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|SELECT/);
}

describe('bad input', () => {
  test('when a GET is wrong, then it is a 4xx problem document', async () => {
    for (const path of GETS) {
      const { status, body } = await anna.get(path);
      expectProblem(path, status, body);
    }
  });

  test('when a proposal is wrong, then it is a 4xx problem document', async () => {
    for (const body of bodies) {
      const answer = await anna.post('/api/proposals', body);
      expectProblem(JSON.stringify(body), answer.status, answer.body);
    }
  });

  test('when a decision or a code is wrong, then it is a 4xx problem document', async () => {
    for (const act of ['approval', 'rejection', 'withdrawal']) {
      for (const body of [
        null,
        {},
        { contentHash: 'x' },
        { contentHash: HASH, reason: 'x' },
        { contentHash: 1 },
      ]) {
        for (const id of [UUID, 'x', '%00']) {
          const answer = await anna.post(`/api/proposals/${id}/${act}`, body);
          expectProblem(`${act} ${id} ${JSON.stringify(body)}`, answer.status, answer.body);
        }
      }
    }
    for (const body of [
      null,
      {},
      { code: 1 },
      { code: 'short' },
      { code: 'x'.repeat(100) },
      { code: ['x'] },
    ]) {
      const answer = await anna.post('/api/enrolment', body);
      expectProblem(JSON.stringify(body), answer.status, answer.body);
    }
  });

  test('when the body is no JSON, too large or of another kind, then it is a 4xx problem document', async () => {
    const headers = { cookie: anna.cookie, 'x-csrf-token': anna.csrfToken };
    for (const [type, payload] of [
      ['application/json', '{"a":'],
      ['application/json', ''],
      ['application/json', '{"__proto__":{"x":1}}'],
      ['application/json', `"${'x'.repeat(2_000_000)}"`],
      ['text/xml', '<a/>'],
      ['application/x-www-form-urlencoded', 'kind=operator-add&baseVersion=1&reason=x&name=%00'],
    ] as const) {
      const answer = await admin.app.inject({
        method: 'POST',
        url: '/api/proposals',
        headers: { ...headers, 'content-type': type },
        payload,
      });
      expectProblem(`${type} ${payload.slice(0, 40)}`, answer.statusCode, answer.json());
    }
  });

  test('when a participant has faults, then all of them are listed with their places', async () => {
    const participant = await makeParticipant('faulty', {
      homepage: 'http://x.example.tw',
      validUntil: '2000-01-01T00:00:00Z',
    });
    const { status, body } = await anna.post('/api/proposals', {
      kind: 'participant-add',
      baseVersion: 1,
      reason: 'x',
      participant,
    });
    expect([status, body['code']]).toEqual([422, 'participant-refused']);
    expect(body['faults']).toEqual([
      { path: '/validUntil', code: 'date-order', message: 'must be later than validFrom' },
      { path: '/homepage', code: 'address-not-https', message: 'must be an https address' },
    ]);
    const wrongForm = await anna.post('/api/proposals', {
      kind: 'participant-add',
      baseVersion: 1,
      reason: 'x',
      participant: { ...participant, id: 'Not Good', oid: 'x' },
    });
    expect([wrongForm.status, wrongForm.body['code']]).toEqual([400, 'participant-malformed']);
    expect((wrongForm.body['faults'] as { path: string }[]).map((fault) => fault.path)).toEqual(
      expect.arrayContaining(['/id', '/oid']),
    );
  });
});
