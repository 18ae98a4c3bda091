import { servedIdTokenAlgorithms } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSnapshotVerifier } from '../src/adapters/signers.ts';
import { verifyChain } from '../src/domain/snapshot.ts';
import { makeParticipant, startAdmin, type TestAdmin, type Visitor } from './support.ts';

let admin: TestAdmin;
let anna: Visitor;
let bert: Visitor;
let carl: Visitor;

async function version(): Promise<number> {
  return (await admin.register.store.latestVersion())?.version ?? 0;
}

async function proposeParticipant(visitor: Visitor, id: string) {
  const { status, body } = await visitor.post('/api/proposals', {
    kind: 'participant-add',
    baseVersion: await version(),
    reason: 'test',
    participant: await makeParticipant(id),
  });
  expect(body).toMatchObject({ state: 'open', target: id });
  expect(status).toBe(201);
  return { id: String(body['id']), contentHash: String(body['contentHash']) };
}

beforeAll(async () => {
  admin = await startAdmin({ operators: 8 });
  anna = await admin.operator(0);
  bert = await admin.operator(1);
  carl = await admin.operator(2);
});
afterAll(() => admin.close());

describe('two persons', () => {
  test('when another operator approves, then the next version stands, signed and chained', async () => {
    const before = await version();
    const { id, contentHash } = await proposeParticipant(anna, 'agency-one');
    const { status, body } = await bert.post(`/api/proposals/${id}/approval`, { contentHash });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'approved', version: before + 1 });
    const snapshot = await admin.app.inject({ url: '/register/snapshot' });
    expect(snapshot.headers['etag']).toBe(`"${before + 1}"`);
    const verify = createSnapshotVerifier(admin.registerKeys.publicJwks.keys);
    const { participants, previous } = await verify(snapshot.body);
    expect(participants.map((participant) => participant.id)).toContain('agency-one');
    expect(previous).toBe((await admin.register.store.version(before))?.hash);
  });

  test('when the proposer approves her own proposal, then the API refuses and nothing changes', async () => {
    const before = await version();
    const { id, contentHash } = await proposeParticipant(anna, 'own-agency');
    const { status, body } = await anna.post(`/api/proposals/${id}/approval`, { contentHash });
    expect([status, body['code']]).toEqual([403, 'own-proposal']);
    expect(await version()).toBe(before);
  });

  test('when the service itself tried to approve by the proposer, then the database refuses', async () => {
    const { id } = await proposeParticipant(anna, 'sql-agency');
    const approveAs = (operator: string, subject: string) =>
      admin.database.query(
        `UPDATE proposal SET state = 'approved', decided_by = ${operator}, decider_subject = ${subject},
           decided_at = now(), decision_jws = 'x' WHERE id = $1`,
        [id],
      );
    await expect(approveAs('proposed_by', 'proposer_subject')).rejects.toThrow(/two_persons/);
    await expect(
      approveAs(`(SELECT id FROM operator WHERE subject = 'operator-1')`, `'operator-0'`),
    ).rejects.toThrow(/not an enrolled operator/);
    await expect(approveAs(`(SELECT id FROM operator WHERE subject IS NULL LIMIT 1)`, `'x'`)).rejects.toThrow(
      /not an enrolled operator/,
    );
  });

  test('when a version is written without an approved proposal, then the database refuses', async () => {
    const { id } = await proposeParticipant(anna, 'loose-agency');
    const insert = (proposal: string | null) =>
      admin.database.query(
        `INSERT INTO register_version (version, snapshot_jws, hash, previous, signed_at, proposal, salt, commitment)
         SELECT max(version) + 1, 'x', 'x', (SELECT hash FROM register_version ORDER BY version DESC LIMIT 1), now(), $1,
           decode(repeat('00', 32), 'hex'), 'x' FROM register_version`,
        [proposal],
      );
    await expect(insert(id)).rejects.toThrow(/needs a proposal approved/);
    await expect(insert(null)).rejects.toThrow(/needs a proposal approved/);
  });

  test('when history is rewritten, then the database refuses', async () => {
    for (const table of ['register_version', 'participant_revision', 'audit', 'proposal', 'operator']) {
      await expect(admin.database.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
      await expect(admin.database.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/);
    }
    await expect(admin.database.query(`UPDATE audit SET action = 'x'`)).rejects.toThrow(/append-only/);
    await expect(admin.database.query(`UPDATE register_version SET hash = 'x'`)).rejects.toThrow(
      /append-only/,
    );
    await expect(
      admin.database.query(`UPDATE proposal SET state = 'open', decided_by = NULL WHERE state = 'approved'`),
    ).rejects.toThrow(/does not change/);
    await expect(
      admin.database.query(`UPDATE operator SET subject = 'thief' WHERE subject = 'operator-0'`),
    ).rejects.toThrow(/bound to one person/);
  });

  test('when fifty approvals by several operators race, then exactly one makes one version', async () => {
    const deciders = [bert, carl, ...(await Promise.all([3, 4, 5, 6].map((index) => admin.operator(index))))];
    const before = await version();
    const { id, contentHash } = await proposeParticipant(anna, 'raced-agency');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        deciders[index % deciders.length]?.post(`/api/proposals/${id}/approval`, { contentHash }),
      ),
    );
    const won = answers.filter((answer) => answer?.status === 200);
    const lost = answers.filter(
      (answer) => answer?.status === 409 && answer.body['code'] === 'proposal-decided',
    );
    expect([won.length, lost.length]).toEqual([1, 49]);
    expect(await version()).toBe(before + 1);
    const { rows } = await admin.register.store.audit({ offset: 0, limit: 500, action: 'proposal-approved' });
    expect(rows.filter((line) => line.subject === id)).toHaveLength(1);
  });

  test('when two proposals upon one version are approved at once, then one stands and the other is told', async () => {
    const before = await version();
    const first = await proposeParticipant(anna, 'pair-one');
    const second = await proposeParticipant(anna, 'pair-two');
    const answers = await Promise.all([
      bert.post(`/api/proposals/${first.id}/approval`, { contentHash: first.contentHash }),
      carl.post(`/api/proposals/${second.id}/approval`, { contentHash: second.contentHash }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const told = answers.find((answer) => answer.status === 409);
    expect(told?.body).toMatchObject({ code: 'register-changed', currentVersion: before + 1 });
    expect(await version()).toBe(before + 1);
  });

  test('when a proposal names an older version, then it is refused and the newest is named', async () => {
    const { status, body } = await anna.post('/api/proposals', {
      kind: 'participant-add',
      baseVersion: (await version()) - 1,
      reason: 'late',
      participant: await makeParticipant('late-agency'),
    });
    expect([status, body['code'], body['currentVersion']]).toEqual([
      409,
      'register-changed',
      await version(),
    ]);
  });

  test('when the decision names another content, then it is refused', async () => {
    const { id } = await proposeParticipant(anna, 'other-content');
    const { status, body } = await bert.post(`/api/proposals/${id}/approval`, {
      contentHash: 'A'.repeat(43),
    });
    expect([status, body['code']]).toEqual([409, 'shown-otherwise']);
  });

  test('when a proposal is rejected or withdrawn, then it cannot be approved any more', async () => {
    const rejected = await proposeParticipant(anna, 'rejected-one');
    const { contentHash } = rejected;
    expect((await bert.post(`/api/proposals/${rejected.id}/rejection`, { contentHash })).status).toBe(400);
    expect(
      (await anna.post(`/api/proposals/${rejected.id}/rejection`, { contentHash, reason: 'no' })).status,
    ).toBe(403);
    const answer = await bert.post(`/api/proposals/${rejected.id}/rejection`, { contentHash, reason: 'no' });
    expect(answer.body).toMatchObject({ state: 'rejected', decisionReason: 'no' });
    expect((await carl.post(`/api/proposals/${rejected.id}/approval`, { contentHash })).status).toBe(409);

    const taken = await proposeParticipant(anna, 'withdrawn-one');
    const hash = { contentHash: taken.contentHash };
    expect((await bert.post(`/api/proposals/${taken.id}/withdrawal`, hash)).body['code']).toBe(
      'not-own-proposal',
    );
    expect((await anna.post(`/api/proposals/${taken.id}/withdrawal`, hash)).body['state']).toBe('withdrawn');
    expect((await bert.post(`/api/proposals/${taken.id}/approval`, hash)).status).toBe(409);
  });

  test('when all is done, then the chains of versions and audit hold', async () => {
    const { rows } = await admin.register.store.versions({ offset: 0, limit: 500 });
    async function* each() {
      yield* rows;
    }
    const verify = createSnapshotVerifier(admin.registerKeys.publicJwks.keys);
    expect(await verifyChain(each(), verify)).toBe(rows.length);
    const check = await anna.get('/api/audit/check');
    expect(check.body).toMatchObject({ firstBroken: null });
    expect(Number(check.body['lines'])).toBeGreaterThan(10);

    const forged = rows.map((row, index) =>
      index === 1 ? { ...row, previous: row.hash, hash: 'forged' } : row,
    );
    async function* eachForged() {
      yield* forged;
    }
    await expect(verifyChain(eachForged(), verify)).rejects.toThrow(/register-chain-broken/);
    const other = createSnapshotVerifier((await admin.register.store.participants())[0]?.keys ?? []);
    await expect(verifyChain(each(), other)).rejects.toThrow(/register-chain-broken/);
  });
});

describe('a party whose algorithm is no longer served', () => {
  const choose = (mlDsa: boolean) => {
    admin.register.idTokenAlgorithms = servedIdTokenAlgorithms(mlDsa);
  };
  const propose = async (content: object) =>
    anna.post('/api/proposals', { baseVersion: await version(), reason: 'test', ...content });
  const approve = ({ body }: { body: Record<string, unknown> }) =>
    bert.post(`/api/proposals/${body['id']}/approval`, { contentHash: body['contentHash'] });

  test('can be neither admitted nor changed but with another algorithm, and can be ended', async () => {
    const plain = await makeParticipant('quantum');
    const party = plain.relyingParty;
    if (party === undefined) throw new Error('the participant is no relying party');
    const chosen = { idTokenSignedResponseAlg: 'ML-DSA-65' } as const;
    const participant = { ...plain, relyingParty: { ...party, profile: 'basic', client: chosen } };
    const add = { kind: 'participant-add', participant };
    choose(true);
    expect((await anna.get('/api/session')).body['idTokenAlgorithms']).toContain('ML-DSA-65');
    const early = await propose(add);
    choose(false);
    expect((await anna.get('/api/session')).body['idTokenAlgorithms']).toEqual(['ES256', 'PS256', 'EdDSA']);
    const refusal = {
      status: 422,
      body: { faults: [expect.objectContaining({ code: 'algorithm-not-served' })] },
    };
    expect(await approve(early)).toMatchObject(refusal);
    expect(await propose(add)).toMatchObject(refusal);
    choose(true);
    expect((await approve(early)).status).toBe(200);
    choose(false);
    const renamed = { ...participant, name: { 'zh-TW': '新名', en: 'New name' } };
    expect(await propose({ kind: 'participant-change', participant: renamed })).toMatchObject(refusal);
    expect((await approve(await propose({ kind: 'participant-end', id: 'quantum' }))).status).toBe(200);
  });
});
