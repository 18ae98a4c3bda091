import { randomUUID } from 'node:crypto';
import { signedFetch } from '@xinlu/common/http-signature';
import { decryptNested, type KeyRing, verifyJwt } from '@xinlu/common/keys';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SoftAuthenticator } from './helpers/authenticator.ts';
import type { Browser } from './helpers/browser.ts';
import { askToSign, atBroker, confirmPage, outcome, statementOf } from './helpers/confirmations.ts';
import { enrolled } from './helpers/journey.ts';
import { asks, newestMandate, submit, toChoice } from './helpers/mandates.ts';
import { NATIONAL_ID, rp, startWorld, type World } from './helpers/world.ts';

const CHILD = 'A123456789';
const waiver = { code: 'tuition-waiver', name: { 'zh-TW': '學雜費減免', en: 'waiver' } };

let world: World;
let lin: { browser: Browser; authenticator: SoftAuthenticator };
let mandate: string;
let login: Awaited<ReturnType<typeof forChild>>;

/** Lin signs in at the broker for her child, as a broker asks for it. */
async function forChild(as = mandate) {
  const claims = { id_token: { subject_at: { essential: true, value: 'school' } } };
  const request = { ...asks(['guardian']), parameters: { claims: JSON.stringify(claims) } };
  const { choose, back, complete } = await toChoice(world, lin.browser, 'broker', request, 'openid');
  return complete(await back((await choose(as)).location));
}

beforeAll(async () => {
  world = await startWorld();
  const kinds = ['guardian', 'representative'] as const;
  const delegation = { kinds: [...kinds], actions: [waiver] };
  await world.register.admit(rp('broker', world.keys.broker, { delegation }, ['rp', 'broker']));
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  lin = await enrolled(world, card, NATIONAL_ID.lin);
});
beforeEach(async () => {
  world.wards.set(CHILD, { guardian: NATIONAL_ID.lin, name: '林子喆' });
  await submit(lin.browser, '/account/mandates/guardian', { ward: CHILD });
  mandate = await newestMandate(world);
  login = await forChild();
});
afterAll(() => world?.close());

const call = (path: string, json?: object, keys: KeyRing = world.keys.broker) =>
  signedFetch({ keys })(`${world.url}${path}`, json === undefined ? { method: 'GET' } : { json });

async function grantFor(accessToken: string): Promise<string> {
  const { json } = await call('/envelope-grants', {
    access_token: accessToken,
    consent_id: randomUUID(),
    consent_hash: 'h'.repeat(43),
    providers: ['household'],
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  return (json as { grant_id: string }).grant_id;
}
const envelope = async (grant: string) => {
  const order = { grant_id: grant, provider: 'household', order_hash: 'o'.repeat(43) };
  const { status, json } = await call('/envelopes', order);
  return { status, ...(json as { envelope: string; code: string }) };
};
const ended = async (keys?: KeyRing) =>
  ((await call('/envelope-grants/of-ended-mandates', undefined, keys)).json as { grant_ids: string[] })
    .grant_ids;
const end = () => submit(lin.browser, `/account/mandates/${mandate}/end`, {});

describe('a guardian at the broker', () => {
  test('is told of in whose name, by the names that the party knows both by', async () => {
    const own = await atBroker(world, lin.browser);
    const at = login.claims['subject_at'] as { sub: string; act: { sub: string } };
    expect(at).toEqual({ client_id: 'school', sub: expect.any(String), act: { sub: own.subject } });
    expect(at.sub).not.toBe(own.subject);
    expect(login.claims['authorization_details']).toMatchObject([
      { type: 'mandate', kind: 'guardian', actions: ['tuition-waiver'] },
    ]);
    const herself = await forChild('self');
    expect(herself.claims['subject_at']).toEqual({ client_id: 'school', sub: own.subject });
  });

  test('signs for her child with her own passkey, and both are named', async () => {
    const { sub, act } = login.claims['subject_at'] as { sub: string; act: { sub: string } };
    const { id } = await askToSign(world, login.accessToken, statementOf(sub));
    const { page, sign } = await confirmPage(world, lin.browser, id);
    expect(page).toContain('林子喆');
    expect((await sign(lin.authenticator)).status).toBe(200);
    const { confirmation } = await outcome(world, id);
    const claims = await verifyJwt(confirmation, {
      keys: world.keys.idp.publicJwks.keys,
      typ: 'xinlu-confirmation+jwt',
    });
    expect(claims).toMatchObject({ sub, act });
    // A statement in her own name is not what this token stands for, nor the other way round.
    const own = await atBroker(world, lin.browser);
    expect((await askToSign(world, own.accessToken, statementOf(sub))).code).toBe('statement-wrong');
    const again = await forChild();
    expect((await askToSign(world, again.accessToken, statementOf(act.sub))).code).toBe('statement-wrong');
  });

  test('gets envelopes of the child’s identity, and none once the mandate has ended', async () => {
    const grant = await grantFor(login.accessToken);
    const made = await envelope(grant);
    const inside = await verifyJwt(await decryptNested(made.envelope, world.keys.household), {
      keys: world.keys.idp.publicJwks.keys,
      typ: 'xinlu-envelope+jwt',
    });
    expect(inside['national_id']).toBe(CHILD);
    expect(await ended()).not.toContain(grant);
    await end();
    expect(await envelope(grant)).toMatchObject({ status: 410, code: 'mandate-ended' });
    expect(await ended()).toContain(grant);
    expect(await ended(world.keys.school)).toBeUndefined();
    await signedFetch({ keys: world.keys.broker })(`${world.url}/envelope-grants/${grant}`, {
      method: 'DELETE',
    });
    expect(await ended()).not.toContain(grant);
    // What she did for herself, by no mandate, goes on.
    const own = await grantFor((await atBroker(world, lin.browser)).accessToken);
    expect((await envelope(own)).status).toBe(200);
  });

  test('has to be one still: the civil registry is asked again after a day', async () => {
    const grant = await grantFor(login.accessToken);
    const aDayLater = () =>
      world.database.query("UPDATE mandate SET confirmed_at = now() - interval '25 hours' WHERE id = $1", [
        mandate,
      ]);
    await aDayLater();
    expect((await envelope(grant)).status).toBe(200);
    await aDayLater();
    world.registryAway.value = true;
    expect((await envelope(grant)).status).toBe(503);
    world.registryAway.value = false;
    world.wards.delete(CHILD);
    expect((await envelope(grant)).code).toBe('mandate-ended');
    expect(await ended()).toContain(grant);
  });

  test('whose mandate has ended signs nothing and gets no grant with what she has', async () => {
    const { sub } = login.claims['subject_at'] as { sub: string };
    await end();
    expect((await askToSign(world, login.accessToken, statementOf(sub))).code).toBe('access-token-invalid');
    expect(await grantFor(login.accessToken)).toBeUndefined();
  });
});
