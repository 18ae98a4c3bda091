import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, clientOf } from './helpers/journey.ts';
import {
  accepted,
  actingFor,
  asks,
  introspect,
  openDelegation,
  ownBrowser,
  submit,
  toChoice,
  userinfo,
} from './helpers/mandates.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let chenCard: Card;
let lin: Browser;
let chen: Browser;
/** Lin lets Chen apply for the tuition waiver at the school. */
let mandate: string;

beforeAll(async () => {
  world = await startWorld();
  await openDelegation(world);
  chenCard = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
  lin = await ownBrowser(
    world,
    await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
    NATIONAL_ID.lin,
  );
  chen = await ownBrowser(world, chenCard, NATIONAL_ID.chen);
  mandate = await accepted(world, lin, chen);
});
afterAll(() => world?.close());

/** What the school knows of somebody who signs in for herself. */
async function atSchool(browser: Browser) {
  const client = clientOf(world, 'school');
  const start = await client.begin();
  return client.complete(new URL((await browser.follow(start.url)).url), start.pending);
}

describe('at a party that asks for a mandate', () => {
  test('she chooses the one she acts for: `sub` is the principal, `act` herself, the details what was granted', async () => {
    const [principal, actor] = [await atSchool(lin), await atSchool(chen)];
    const tokens = await actingFor(
      world,
      chen,
      mandate,
      asks(['guardian', 'representative'], ['leave', 'tuition-waiver']),
    );
    const told = {
      sub: principal.claims.sub,
      act: { sub: actor.claims.sub },
      authorization_details: [
        { type: 'mandate', kind: 'representative', actions: ['tuition-waiver'], until: expect.any(String) },
      ],
    };
    expect(tokens.claims).toMatchObject({ ...told, name: '林怡君' });
    expect((await userinfo(world, tokens)).claims).toMatchObject({ ...told, name: '林怡君' });
    expect(await introspect(world, tokens.accessToken)).toMatchObject({ active: true, ...told });
    expect(tokens.tokens.authorization_details).toMatchObject(told.authorization_details);
    expect(JSON.stringify(tokens)).not.toContain(mandate);
  });

  test('for herself she is herself, and nothing tells of a mandate', async () => {
    const { page, choose, back, complete } = await toChoice(world, chen);
    expect(page).toContain('替林怡君辦理');
    expect(page).not.toContain('checked');
    const tokens = await complete(await back((await choose('self')).location));
    expect(tokens.claims['name']).toBe('陳志明');
    for (const answer of [
      tokens.claims,
      (await userinfo(world, tokens)).claims,
      await introspect(world, tokens.accessToken),
    ]) {
      expect(answer).not.toHaveProperty('act');
      expect(answer).not.toHaveProperty('authorization_details');
    }
  });

  test('what she did for another lends nothing to what she does for herself, in either order', async () => {
    const forLin = await actingFor(world, chen, mandate);
    const own = await atSchool(chen);
    expect(own.claims['name']).toBe('陳志明');
    expect(own.claims).not.toHaveProperty('act');
    expect((await userinfo(world, own)).claims).not.toHaveProperty('act');
    // A session has one grant at a party: the later takes the earlier one's place, and never its tokens.
    expect((await userinfo(world, forLin)).status).toBe(401);
    const again = await actingFor(world, chen, mandate);
    expect((await userinfo(world, own)).status).toBe(401);
    expect((await userinfo(world, again)).claims['name']).toBe('林怡君');
  });

  test('she is asked after she has signed in there, by card', async () => {
    const browser = new Browser(world.url);
    const { authorizationDetails } = asks();
    const begun = await begin(world, browser, 'school', {
      authorization_details: JSON.stringify(authorizationDetails),
    });
    const { json } = await browser.useCard(begun.page, chenCard, NATIONAL_ID.chen);
    const { page, url } = await browser.follow(json.next.replace(/\/enrol$/, '/continue'));
    expect(new URL(url).pathname).toMatch(/\/acting$/);
    expect(page).toContain('替林怡君辦理');
  });

  test('without a page to ask on, it hears that it must ask', async () => {
    const client = clientOf(world, 'school');
    const start = await client.begin({ ...asks(), parameters: { prompt: 'none' } });
    expect((await chen.follow(start.url)).url).toContain('error=interaction_required');
  });

  test('nothing is chosen for her, and she may leave', async () => {
    const { page, choose, url } = await toChoice(world, chen);
    expect((await choose('')).status).toBe(400);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const left = await chen.form(new URL(url).pathname.replace('/acting', '/cancel'), { _csrf: csrf });
    expect((await chen.follow(left.headers.get('location') ?? '')).url).toContain('error=access_denied');
  });
});

describe('a party', () => {
  test('that does not ask gets the person herself', async () => {
    expect((await atSchool(chen)).claims).not.toHaveProperty('act');
  });

  test('cannot ask for more than the register lets it', async () => {
    const refusals = [
      [clientOf(world, 'broker'), asks()],
      [clientOf(world, 'school'), asks(['representative'], ['drive'])],
      [clientOf(world, 'bank'), asks(['guardian'])],
      [clientOf(world, 'school'), { authorizationDetails: [{ type: 'mandate' }] }],
      [clientOf(world, 'school'), { authorizationDetails: [{ type: 'everything' }] }],
      [
        clientOf(world, 'school'),
        { authorizationDetails: [...asks().authorizationDetails, ...asks().authorizationDetails] },
      ],
    ] as const;
    for (const [client, request] of refusals) {
      await expect(
        client.begin(request as { authorizationDetails: object[] }),
        JSON.stringify(request),
      ).rejects.toMatchObject({ extra: { error: 'invalid_authorization_details' } });
    }
  });

  test('is known to the principal from then on, who sees that her agent was there', async () => {
    await actingFor(world, chen, mandate);
    const { page } = await lin.follow(`/account/mandates/${mandate}`);
    expect(page).toContain('代表登入信路高級中學');
    expect((await lin.follow('/account/agencies')).page).toContain('信路高級中學');
  });
});

describe('a mandate is refused', () => {
  const fitting = async (request = asks(), id: 'school' | 'bank' = 'school') =>
    (await toChoice(world, chen, id, request)).page.includes('替林怡君辦理');
  const change = (what: string) =>
    world.database.query(`UPDATE mandate SET ${what} WHERE id = $1`, [mandate]);

  test('that is another person’s, though she knows its id', async () => {
    const namesake = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
    const thief = await ownBrowser(world, namesake, NATIONAL_ID.namesake);
    const { page, choose } = await toChoice(world, thief);
    expect(page).toContain('沒有可以在這裡使用的代理');
    expect(await choose(mandate)).toMatchObject({ status: 403, location: null });
    // Its own principal is not its actor either.
    expect((await (await toChoice(world, lin)).choose(mandate)).status).toBe(403);
  });

  test('for another action, another kind, at another party that has an action of the same code', async () => {
    expect(await fitting()).toBe(true);
    expect(await fitting(asks(['representative'], ['leave']))).toBe(false);
    expect(await fitting(asks(['guardian']))).toBe(false);
    expect(await fitting(asks(['representative']), 'bank')).toBe(false);
    const { choose } = await toChoice(world, chen, 'bank', asks(['representative']));
    expect((await choose(mandate)).status).toBe(403);
  });

  test('before its time and after it, and its tokens with it', async () => {
    const tokens = await actingFor(world, chen, mandate);
    for (const when of [
      "from_at = now() + interval '1 day', until_at = now() + interval '2 days'",
      "from_at = now() - interval '2 days', until_at = now() - interval '1 second'",
    ]) {
      await change(when);
      expect(await fitting(), when).toBe(false);
      expect((await userinfo(world, tokens)).status, when).toBe(401);
      expect(await introspect(world, tokens.accessToken), when).toEqual({ active: false });
      await change("from_at = now() - interval '1 day', until_at = now() + interval '30 days'");
    }
    expect((await userinfo(world, tokens)).status).toBe(200);
  });

  test('when the principal has died', async () => {
    const tokens = await actingFor(world, chen, mandate);
    const person = `(SELECT principal_id FROM mandate WHERE id = '${mandate}')`;
    await world.database.query(`UPDATE person SET state = 'deceased' WHERE id = ${person}`);
    expect((await userinfo(world, tokens)).status).toBe(401);
    expect((await toChoice(world, chen)).page).not.toContain('林怡君');
    await world.database.query(`UPDATE person SET state = 'living' WHERE id = ${person}`);
  });

  test('when a company’s last card no longer counts', async () => {
    await change("kind = 'company-agent'");
    const tokens = await actingFor(world, chen, mandate, asks(['company-agent']));
    const cards = `UPDATE card_certificate SET state = $1 WHERE person_id = (SELECT principal_id FROM mandate WHERE id = $2)`;
    await world.database.query(cards, ['revoked', mandate]);
    expect((await userinfo(world, tokens)).status).toBe(401);
    expect(await introspect(world, tokens.accessToken)).toEqual({ active: false });
    await world.database.query(cards, ['active', mandate]);
    await change("kind = 'representative'");
    expect((await userinfo(world, tokens)).status).toBe(200);
  });
});

describe('revoked', () => {
  const pair = async () => {
    const id = await accepted(world, lin, chen);
    return { id, revoke: (by: Browser) => submit(by, `/account/mandates/${id}/end`, {}) };
  };

  test('by the principal, its tokens end at once, and the actor’s own go on', async () => {
    const { id, revoke } = await pair();
    const tokens = await actingFor(world, chen, id);
    expect((await userinfo(world, tokens)).status).toBe(200);
    await revoke(lin);
    expect((await userinfo(world, tokens)).status).toBe(401);
    expect(await introspect(world, tokens.accessToken)).toEqual({ active: false });
    expect((await userinfo(world, await atSchool(chen))).status).toBe(200);
  });

  test('by the actor too; by a stranger it is not', async () => {
    const { id, revoke } = await pair();
    const tokens = await actingFor(world, chen, id);
    const namesake = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
    await revoke(await ownBrowser(world, namesake, NATIONAL_ID.namesake));
    expect((await userinfo(world, tokens)).status).toBe(200);
    await revoke(chen);
    expect((await userinfo(world, tokens)).status).toBe(401);
  });

  test('between choice and return, the party hears access_denied', async () => {
    const { id, revoke } = await pair();
    const { choose, back } = await toChoice(world, chen);
    const { location } = await choose(id);
    await revoke(lin);
    expect(await back(location)).toContain('error=access_denied');
  });

  test('between return and redemption, the code is worth nothing', async () => {
    const { id, revoke } = await pair();
    const { choose, back, complete } = await toChoice(world, chen);
    const code = await back((await choose(id)).location);
    expect(code).toContain('code=');
    await revoke(lin);
    await expect(complete(code)).rejects.toMatchObject({ extra: { error: 'invalid_grant' } });
  });

  test('while a code is redeemed in parallel, no token works once it is revoked, whoever was first', async () => {
    const rounds = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { id, revoke } = await pair();
        const { choose, back, complete } = await toChoice(world, chen);
        return { revoke, complete, code: await back((await choose(id)).location) };
      }).map((round) => round),
    );
    for (const { revoke, complete, code } of rounds) {
      const [tokens] = await Promise.all([complete(code).catch(() => undefined), revoke(lin)]);
      if (tokens === undefined) continue;
      expect((await userinfo(world, tokens)).status).toBe(401);
      expect(await introspect(world, tokens.accessToken)).toEqual({ active: false });
    }
  });
});

test('an actor who loses her card acts for nobody', async () => {
  const card = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
  const browser = await ownBrowser(world, card, NATIONAL_ID.chen);
  const tokens = await actingFor(world, browser, mandate);
  expect((await userinfo(world, tokens)).status).toBe(200);
  await world.revoke(card);
  await world.composed.applyRevocations();
  expect((await userinfo(world, tokens)).status).toBe(401);
  expect(await introspect(world, tokens.accessToken)).toEqual({ active: false });
});

test('another person who signs in at the same request is asked herself, and gets nothing of the first', async () => {
  const { choose } = await toChoice(world, chen);
  const { location } = await choose(mandate);
  // The same browser, another person, before the answer went back.
  const page = (await chen.follow('/sign-in?again=1')).page;
  const { pageData } = await import('./helpers/browser.ts');
  const namesake = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
  await chen.useCard(pageData(page, 'sign-in-data'), namesake, NATIONAL_ID.namesake);
  const { url, page: shown } = await chen.follow(location ?? '');
  expect(`${url} ${shown ?? ''}`).not.toContain('code=');
});
