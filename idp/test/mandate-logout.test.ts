import { signedFetch } from '@xinlu/common/http-signature';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './helpers/browser.ts';
import { clientOf } from './helpers/journey.ts';
import type { LogoutListener } from './helpers/logout-listener.ts';
import {
  accepted,
  actingFor,
  type Delegation,
  freshCitizens,
  newestMandate,
  startDelegation,
  submit,
} from './helpers/mandates.ts';
import { NATIONAL_ID, type World } from './helpers/world.ts';

/** A child’s; invented, the check digit holds. */
const CHILD = 'A123456789';

let place: Delegation;
let world: World;
let listener: LogoutListener;
let lin: Browser;
let chen: Browser;

beforeAll(async () => {
  place = await startDelegation();
  ({ world, listener } = place);
});
afterAll(() => place?.close());
beforeEach(async () => {
  ({ lin, chen } = await freshCitizens(place));
});

async function atSchool(browser: Browser) {
  const client = clientOf(world, 'school');
  const start = await client.begin();
  return client.complete(new URL((await browser.follow(start.url)).url), start.pending);
}

/** Chen acts for Lin at the school. */
async function acting() {
  const id = await accepted(world, lin, chen);
  return { id, claims: (await actingFor(world, chen, id)).claims };
}

/** What the school was told; once, also after it had the time for more. */
async function told() {
  await listener.next(0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(listener.tokens).toHaveLength(1);
  return decodeJwt(listener.tokens[0] ?? '');
}

let second = 0;
async function civil(national_id: string, kind: 'deceased' | 'living') {
  second += 1;
  const at = new Date(Date.now() - 600_000 + second * 1000).toISOString();
  const json = { national_id, kind, at };
  return (await signedFetch({ keys: world.keys.registry })(`${world.url}/civil-notices`, { json })).status;
}

const end = (by: Browser, id: string) => submit(by, `/account/mandates/${id}/end`, {});

describe('the organisation where a mandate is used is told that the session is over, by the principal it knows', () => {
  test('revoked by the principal, or by the actor', async () => {
    for (const by of [lin, chen]) {
      const { id, claims } = await acting();
      await end(by, id);
      expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
      expect(claims.sub).not.toBe((claims['act'] as { sub: string }).sub);
      listener.tokens.length = 0;
    }
  });

  test('past its time', async () => {
    const { id, claims } = await acting();
    await world.database.query(
      "UPDATE mandate SET from_at = now() - interval '1 day', until_at = now() - interval '1 second' WHERE id = $1",
      [id],
    );
    await world.composed.endDueMandates();
    expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
  });

  test('no longer confirmed by the civil registry', async () => {
    world.wards.set(CHILD, { guardian: NATIONAL_ID.lin, name: '林小安' });
    await submit(lin, '/account/mandates/guardian', { ward: CHILD });
    const id = await newestMandate(world);
    const { claims } = await actingFor(world, lin, id);
    world.wards.clear();
    await world.database.query(
      "UPDATE mandate SET confirmed_at = now() - interval '25 hours' WHERE id = $1",
      [id],
    );
    await expect(actingFor(world, lin, id)).rejects.toThrow();
    expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
  });

  test('when the actor signs out there and stays signed in here', async () => {
    const mandate = await accepted(world, lin, chen);
    const { claims, idToken } = await actingFor(world, chen, mandate);
    const { page } = await chen.follow(`/session/end?${new URLSearchParams({ id_token_hint: idToken })}`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    expect((await chen.form('/session/end/confirm', { xsrf })).status).toBe(303);
    expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
    expect((await chen.follow('/account')).url).not.toContain('/sign-in');
  });

  test('by the end of the login in which the actor uses it', async () => {
    const { id, claims } = await acting();
    const { page } = await chen.follow('/account');
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    await chen.form('/account/sessions/end', { _csrf });
    expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
    // That session is over; the end of the mandate is no news of it.
    await end(lin, id);
    expect(await told()).toMatchObject({ sid: claims['sid'] });
  });
});

describe('it is not told', () => {
  test('when the actor’s session there went on as her own', async () => {
    const { id, claims } = await acting();
    const own = await atSchool(chen);
    expect(own.claims['sid']).toBe(claims['sid']);
    await end(lin, id);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(listener.tokens).toEqual([]);
  });

  test('of a mandate that was never used, or another one than that which is', async () => {
    const unused = await accepted(world, lin, chen);
    const { claims } = await acting();
    await end(lin, unused);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(listener.tokens).toEqual([]);
    expect(claims['act']).toBeDefined();
  });
});

test.each(['lin', 'chen'] as const)('the death of %s tells it once', async (who) => {
  const { claims } = await acting();
  expect(await civil(NATIONAL_ID[who], 'deceased')).toBe(204);
  expect(await told()).toMatchObject({ sub: claims.sub, sid: claims['sid'] });
  await civil(NATIONAL_ID[who], 'living');
});
