import { signedFetch } from '@xinlu/common/http-signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser } from './helpers/browser.ts';
import { makeCrl } from './helpers/cards.ts';
import { begin, cardLogin, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const national_id = NATIONAL_ID.lin;
let second = 0;
/** Each notice a second after the one before, all of them in the last ten minutes. */
const next = () => {
  second += 1;
  return new Date(Date.now() - 600_000 + second * 1000).toISOString();
};

async function tell(notice: object, from: 'registry' | 'school' = 'registry') {
  const { status, json } = await signedFetch({ keys: world.keys[from] })(`${world.url}/civil-notices`, {
    json: { national_id, at: next(), ...notice },
  });
  return { status, code: (json as { code?: string } | undefined)?.code };
}

const newCard = () => world.issue({ nationalId: national_id, name: '林怡君' });

async function byPasskey(authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await begin(world, browser);
  const { status, json } = await browser.usePasskey(page, authenticator);
  return status === 200 ? 200 : json.code;
}

const eventsOf = async (kind: string) =>
  (await world.database.query('SELECT id FROM audit_event WHERE kind = $1', [kind])).length;

describe('when the civil registry tells of a death', () => {
  test('then sessions and passkeys end at once, without a login, and a later correction brings her back', async () => {
    const { browser, authenticator, result } = await enrolled(world, await newCard(), national_id);
    const before = next();
    expect((await tell({ kind: 'deceased' })).status).toBe(204);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect(await byPasskey(authenticator)).toBe('passkey-suspended');

    // An earlier word, late on its way, undoes nothing.
    await tell({ kind: 'living', at: before });
    expect(await byPasskey(authenticator)).toBe('passkey-suspended');
    expect((await tell({ kind: 'living' })).status).toBe(204);
    expect(await byPasskey(authenticator)).toBe(200);
    expect((await browser.follow('/account')).url, 'what had ended stays ended').toContain('/sign-in');
    const again = await cardLogin(world, await newCard(), national_id);
    expect((await again.complete(again.answer.json.next)).claims.sub).toBe(result.claims.sub);
    expect(await eventsOf('person.death-withdrawn')).toBe(1);
  });

  test('then the same word twice, and an old one after a correction, change nothing', async () => {
    const { authenticator } = await enrolled(world, await newCard(), national_id);
    const [died, corrected] = [next(), next()];
    const before = await eventsOf('person.deceased');
    for (const at of [died, died]) await tell({ kind: 'deceased', at });
    await tell({ kind: 'living', at: corrected });
    await tell({ kind: 'deceased', at: died });
    expect(await byPasskey(authenticator)).toBe(200);
    expect((await eventsOf('person.deceased')) - before).toBe(1);
  });

  test('then a correction does not bring back the passkeys of a card that was revoked meanwhile', async () => {
    const card = await newCard();
    const { authenticator } = await enrolled(world, card, national_id);
    await tell({ kind: 'deceased' });
    await world.revoke(card);
    await world.composed.applyRevocations();
    await tell({ kind: 'living' });
    expect(await byPasskey(authenticator)).toBe('passkey-suspended');
    world.crls.set('ec', await makeCrl(world.authorities.ec, []));
    await world.lists.refresh();
  });
});

describe('when the civil registry tells of another name', () => {
  test('then it is shown and claimed, the subject stays, and an older card says nothing against it', async () => {
    const card = await newCard();
    const first = await cardLogin(world, card, national_id);
    const { claims: before } = await first.complete(first.answer.json.next);
    expect((await tell({ kind: 'renamed', name: '林怡伶' })).status).toBe(204);
    await tell({ kind: 'renamed', name: '林舊名', at: new Date(Date.now() - 3_600_000).toISOString() });
    const second = await cardLogin(world, card, national_id);
    const { claims: after } = await second.complete(second.answer.json.next);
    expect(after).toMatchObject({ sub: before.sub, name: '林怡伶' });
    expect((await second.browser.follow('/account')).page).toContain('林怡伶');
    expect(world.logLines.join('')).not.toContain('林怡伶');
  });
});

describe('a notice is refused', () => {
  test('when anybody but the registry sends it, when it is malformed, or dated ahead', async () => {
    expect(await tell({ kind: 'deceased' }, 'school')).toMatchObject({ status: 403 });
    const unsigned = await fetch(`${world.url}/civil-notices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'deceased', national_id, at: next() }),
    });
    expect(unsigned.status).toBe(401);
    expect((await tell({ kind: 'married' })).status).toBe(400);
    expect((await tell({ kind: 'renamed' })).status).toBe(400);
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    expect(await tell({ kind: 'deceased', at: ahead })).toEqual({
      status: 400,
      code: 'notice-from-the-future',
    });
    expect(await tell({ kind: 'deceased', at: '2026-02-31T25:61:00Z' })).toMatchObject({ status: 400 });
  });

  test('and of somebody without an account it says and keeps the same', async () => {
    const before = await world.database.query('SELECT id FROM person');
    expect(await tell({ kind: 'deceased', national_id: NATIONAL_ID.chen })).toEqual({ status: 204 });
    expect(await world.database.query('SELECT id FROM person')).toHaveLength(before.length);
  });
});
