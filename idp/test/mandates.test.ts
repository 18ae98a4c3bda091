import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './helpers/browser.ts';
import {
  accepted,
  actingFor,
  asks,
  day,
  linAndChen,
  newestMandate,
  offer,
  openDelegation,
  ownBrowser,
  submit,
  toChoice,
  userinfo,
} from './helpers/mandates.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

/** A child’s; invented, the check digit holds. */
const CHILD = 'A123456789';

let world: World;
let lin: Browser;
let chen: Browser;

beforeAll(async () => {
  world = await startWorld();
  await openDelegation(world);
  ({ lin, chen } = await linAndChen(world));
});
afterAll(() => world?.close());
beforeEach(async () => {
  await world.database.query("DELETE FROM key_value WHERE key LIKE '%mandate-tries%'");
  world.registryAway.value = false;
});

const stateOf = async (id: string) =>
  (await world.database.one<{ state: string; end_reason: string | null }>(
    'SELECT * FROM mandate WHERE id = $1',
    [id],
  )) ?? { state: 'none', end_reason: null };
const noticesOf = async (kind: string, id: string) =>
  (
    await world.database.query("SELECT 1 FROM notice WHERE kind = $1 AND detail ->> 'mandate' = $2", [
      kind,
      id,
    ])
  ).length;

describe('an offer', () => {
  test('is seen and accepted by the one it names, by its code, and both are told', async () => {
    const { code, status } = await offer(lin);
    expect(status).toBe(200);
    expect(code).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    const id = await newestMandate(world);
    const seen = await submit(chen, '/account/mandates/invitation', {
      code: code.toLowerCase().replaceAll('-', ' '),
    });
    expect(seen.page).toContain('林怡君想委託您');
    expect(seen.page).toContain('信路高級中學：學雜費減免');
    expect((await submit(chen, '/account/mandates/accept', { code })).location).toContain('mandate-accepted');
    expect((await stateOf(id)).state).toBe('active');
    expect(await noticesOf('mandate.accepted', id)).toBe(2);
    for (const browser of [lin, chen]) {
      const { page } = await browser.follow(`/account/mandates/${id}`);
      for (const words of ['提出委託', '接受委託', '林怡君', '陳志明', '學雜費減免'])
        expect(page).toContain(words);
    }
    const kinds = await world.database.query<{ kind: string }>(
      "SELECT kind FROM audit_event WHERE detail ->> 'mandate' = $1 ORDER BY at",
      [id],
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['mandate.offered', 'mandate.accepted']);
  });

  test('of 20 who accept at once exactly one does, and the code is spent', async () => {
    const { code } = await offer(lin);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => submit(chen, '/account/mandates/accept', { code })),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    await world.database.query("DELETE FROM key_value WHERE key LIKE '%mandate-tries%'");
    expect((await submit(chen, '/account/mandates/accept', { code })).status).toBe(404);
  });

  test('declined or withdrawn is over, and its code too', async () => {
    const declined = await offer(lin);
    const first = await newestMandate(world);
    expect((await submit(chen, '/account/mandates/decline', { code: declined.code })).status).toBe(303);
    expect((await stateOf(first)).state).toBe('declined');
    expect(await noticesOf('mandate.declined', first)).toBe(1);
    const withdrawn = await offer(lin);
    const second = await newestMandate(world);
    await submit(lin, `/account/mandates/${second}/end`, {});
    expect((await stateOf(second)).state).toBe('withdrawn');
    for (const { code } of [declined, withdrawn])
      expect((await submit(chen, '/account/mandates/accept', { code })).status).toBe(404);
  });

  test('gives one answer for a wrong code, for another name, for an expired one and to its own maker', async () => {
    const namesake = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
    const stranger = await ownBrowser(world, namesake, NATIONAL_ID.namesake);
    const { code } = await offer(lin);
    const expired = await offer(lin);
    await world.database.query('UPDATE mandate SET invitation_until = now() WHERE id = $1', [
      await newestMandate(world),
    ]);
    const own = await offer(lin, { named: '林怡君' });
    const answers = [
      await submit(stranger, '/account/mandates/invitation', { code }),
      await submit(chen, '/account/mandates/invitation', { code: '0000-0000-0000-0000' }),
      await submit(chen, '/account/mandates/invitation', { code: 'nonsense' }),
      await submit(chen, '/account/mandates/invitation', { code: expired.code }),
      await submit(lin, '/account/mandates/invitation', { code: own.code }),
    ];
    for (const { status, page } of answers) {
      expect(status).toBe(404);
      expect(page).toContain('這組委託碼沒有給您的委託');
      expect(page).not.toContain('想委託您');
    }
    // The stranger’s try has not spent it.
    expect((await submit(chen, '/account/mandates/invitation', { code })).status).toBe(200);
  });

  test('codes cannot be guessed one after the other', async () => {
    const { code } = await offer(lin);
    for (let n = 0; n < 20; n += 1)
      await submit(chen, '/account/mandates/invitation', { code: '0000-0000-0000-0000' });
    expect((await submit(chen, '/account/mandates/invitation', { code })).status).toBe(429);
  });

  test('must name what the register has, in a time that makes sense', async () => {
    for (const wrong of [
      { scope: 'school:drive' },
      { scope: 'broker:leave' },
      { scope: 'nobody:leave' },
      { from: day(-3) },
      { until: day(-1) },
      { until: day(400) },
      { from: day(10), until: day(5) },
    ]) {
      const { status, code } = await offer(lin, wrong);
      expect(status, JSON.stringify(wrong)).toBe(400);
      expect(code).toBe('');
    }
  });

  test('is limited in number, also when many are made at once', async () => {
    const before = await world.database.one<{ count: number }>(
      "SELECT count(*) FROM mandate WHERE state IN ('offered', 'active')",
    );
    const answers = await Promise.all(Array.from({ length: 25 }, () => offer(lin)));
    const made = answers.filter(({ status }) => status === 200).length;
    expect(made).toBe(20 - (before?.count ?? 0));
    expect(answers.find(({ status }) => status !== 200)?.status).toBe(409);
    await world.database.query(
      `UPDATE mandate SET state = 'withdrawn', ended_at = now(), end_reason = 'withdrawn', invitation = NULL
       WHERE state = 'offered'`,
    );
  });

  test('keeps neither the code nor the name in clear', async () => {
    const { code } = await offer(lin);
    const text = JSON.stringify(await world.database.query('SELECT m::text FROM mandate m'));
    for (const secret of ['陳志明', Buffer.from('陳志明').toString('hex'), code, code.replaceAll('-', '')])
      expect(text).not.toContain(secret);
    expect(world.logLines.join('')).not.toContain(code);
  });

  test('needs a sign-in of at least substantial assurance, to make and to accept', async () => {
    const { code } = await offer(lin);
    await world.database.query("UPDATE login SET acr = 'low' WHERE ended_at IS NULL");
    try {
      expect((await offer(lin)).status).toBe(403);
      expect((await submit(chen, '/account/mandates/accept', { code })).status).toBe(403);
      expect((await submit(lin, '/account/mandates/guardian', { ward: CHILD })).status).toBe(403);
    } finally {
      await world.database.query("UPDATE login SET acr = 'substantial' WHERE ended_at IS NULL");
    }
  });
});

describe('a mandate', () => {
  test('is nobody else’s to see or end', async () => {
    const id = await accepted(world, lin, chen);
    const namesake = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
    const stranger = await ownBrowser(world, namesake, NATIONAL_ID.namesake);
    expect((await stranger.follow(`/account/mandates/${id}`)).status).toBe(404);
    await submit(stranger, `/account/mandates/${id}/end`, {});
    expect((await stateOf(id)).state).toBe('active');
  });

  test('that has passed its time ends, is told to both, and an unanswered offer too', async () => {
    const id = await accepted(world, lin, chen);
    await offer(lin);
    const open = await newestMandate(world);
    await world.database.query(
      "UPDATE mandate SET from_at = now() - interval '2 days', until_at = now() - interval '1 second' WHERE id = ANY($1)",
      [[id, open]],
    );
    await world.composed.endDueMandates();
    expect(await stateOf(id)).toMatchObject({ state: 'ended', end_reason: 'expired' });
    expect(await stateOf(open)).toMatchObject({ state: 'ended', end_reason: 'not-accepted-in-time' });
    expect(await noticesOf('mandate.ended', id)).toBe(2);
  });

  test('ended by both at once is ended once', async () => {
    const id = await accepted(world, lin, chen);
    await Promise.all([lin, chen].map((side) => submit(side, `/account/mandates/${id}/end`, {})));
    const events = await world.database.query(
      "SELECT 1 FROM audit_event WHERE kind = 'mandate.revoked' AND detail ->> 'mandate' = $1",
      [id],
    );
    expect(events).toHaveLength(1);
  });

  test('ends with the death of either', async () => {
    const nationalId = NATIONAL_ID.namesake;
    const card = await world.issue({ nationalId, name: '林怡君' });
    const other = await ownBrowser(world, card, nationalId);
    const id = await accepted(world, other, chen);
    world.given.set(card.serial, { nationalId, state: 'deceased' });
    await ownBrowser(world, card, nationalId).catch(() => undefined);
    expect(await stateOf(id)).toMatchObject({ state: 'ended', end_reason: 'person-deceased' });
  });
});

describe('a guardian', () => {
  const register = (browser: Browser, ward = CHILD) =>
    submit(browser, '/account/mandates/guardian', { ward });
  const asGuardian = asks(['guardian']);

  test('is one on the civil registry’s word, and acts for a child who never signed in', async () => {
    world.wards.set(CHILD, {
      guardian: NATIONAL_ID.lin,
      name: '林子喆',
      until: new Date(Date.now() + 86_400_000 * 300),
    });
    expect((await register(lin)).location).toContain('mandate-confirmed');
    const id = await newestMandate(world);
    const { claims } = await actingFor(world, lin, id, asks(['guardian'], ['leave', 'tuition-waiver']));
    expect(claims['name']).toBe('林子喆');
    expect(claims['authorization_details']).toMatchObject([
      { kind: 'guardian', actions: ['leave', 'tuition-waiver'] },
    ]);
    // Asked once more it is the same mandate.
    await register(lin);
    expect(await newestMandate(world)).toBe(id);
    expect((await lin.follow(`/account/mandates/${id}`)).page).not.toContain(CHILD);
  });

  test('of somebody else’s child is refused like one of nobody, without making a person', async () => {
    const persons = () => world.database.query('SELECT id FROM person');
    const before = (await persons()).length;
    world.wards.set('B123456780', { guardian: NATIONAL_ID.lin, name: '別人' });
    const answers = [
      await register(chen, 'B123456780'),
      await register(chen, 'F131104093'),
      await register(chen, NATIONAL_ID.chen),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    for (const { page } of answers) expect(page).toContain('戶政機關沒有確認');
    expect((await persons()).length).toBe(before);
    expect((await register(chen, 'A123456780')).status).toBe(400);
  });

  test('is nobody’s while the registry is away', async () => {
    world.registryAway.value = true;
    const { status, page } = await register(chen, 'F131104093');
    expect(status).toBe(503);
    expect(page).toContain('戶政');
  });

  test('is asked about again after a day, and ends when the registry no longer says so', async () => {
    world.wards.set(CHILD, { guardian: NATIONAL_ID.lin, name: '林子喆' });
    await register(lin);
    const [{ id } = { id: '' }] = await world.database.query<{ id: string }>(
      "SELECT id FROM mandate WHERE kind = 'guardian' AND state = 'active'",
    );
    const tokens = await actingFor(world, lin, id, asGuardian);
    await world.database.query(
      "UPDATE mandate SET confirmed_at = now() - interval '25 hours' WHERE id = $1",
      [id],
    );
    world.registryAway.value = true;
    expect((await (await toChoice(world, lin, 'school', asGuardian)).choose(id)).status).toBe(503);
    world.registryAway.value = false;
    world.wards.delete(CHILD);
    expect((await (await toChoice(world, lin, 'school', asGuardian)).choose(id)).status).toBe(403);
    expect(await stateOf(id)).toMatchObject({ state: 'ended', end_reason: 'registry' });
    expect((await userinfo(world, tokens)).status).toBe(401);
  });

  test('is one no longer when the child comes of age', async () => {
    world.wards.set(CHILD, {
      guardian: NATIONAL_ID.lin,
      name: '林子喆',
      until: new Date(Date.now() + 60_000),
    });
    await register(lin);
    const id = await newestMandate(world);
    const tokens = await actingFor(world, lin, id, asGuardian);
    expect((await userinfo(world, tokens)).status).toBe(200);
    await world.database.query(
      "UPDATE mandate SET from_at = now() - interval '2 days', until_at = now() - interval '1 second' WHERE id = $1",
      [id],
    );
    expect((await userinfo(world, tokens)).status).toBe(401);
    expect((await toChoice(world, lin, 'school', asGuardian)).page).not.toContain('林子喆');
  });
});
