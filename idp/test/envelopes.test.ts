import { randomUUID } from 'node:crypto';
import { signedFetch } from '@xinlu/common/http-signature';
import { decryptNested, type KeyRing, verifyJwt } from '@xinlu/common/keys';
import { ENVELOPE_JWT_TYPE } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardLogin, clientOf } from './helpers/journey.ts';
import { NATIONAL_ID, participant, startWorld, type World } from './helpers/world.ts';

let world: World;
let brokerToken: string;
let schoolToken: string;
let browserOfLin: Awaited<ReturnType<typeof cardLogin>>['browser'];

const HASH = 'h'.repeat(43);
const ORDER = 'o'.repeat(43);

beforeAll(async () => {
  world = await startWorld();
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  const { browser, complete, answer } = await cardLogin(world, card, NATIONAL_ID.lin);
  browserOfLin = browser;
  schoolToken = (await complete(answer.json.next)).accessToken;
  const client = clientOf(world, 'broker');
  const start = await client.begin();
  const back = await browser.follow(start.url);
  brokerToken = (await client.complete(new URL(back.url), start.pending)).accessToken;
});
afterAll(() => world?.close());

const call = (keys: KeyRing) => signedFetch({ keys });
const request = (changes: Record<string, unknown> = {}) => ({
  access_token: brokerToken,
  consent_id: randomUUID(),
  consent_hash: HASH,
  providers: ['household'],
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  ...changes,
});
const grants = () => `${world.url}/envelope-grants`;

async function make(changes: Record<string, unknown> = {}, keys = world.keys.broker) {
  const { status, json } = await call(keys)(grants(), { json: request(changes) });
  return { status, json: json as { grant_id: string; code: string } };
}
async function envelope(grantId: string, provider = 'household', keys = world.keys.broker) {
  const { status, json } = await call(keys)(`${world.url}/envelopes`, {
    json: { grant_id: grantId, provider, order_hash: ORDER },
  });
  return { status, json: json as { envelope: string; code: string } };
}

describe('an identity envelope', () => {
  test('tells the provider, and nobody else, who she is for one order', async () => {
    const { json } = await make();
    const made = await envelope(json.grant_id);
    expect(made.status).toBe(200);
    await expect(decryptNested(made.json.envelope, world.keys.broker)).rejects.toMatchObject({
      code: 'jwe-undecryptable',
    });
    const jwt = await decryptNested(made.json.envelope, world.keys.household);
    const claims = await verifyJwt(jwt, {
      keys: world.keys.idp.publicJwks.keys,
      typ: ENVELOPE_JWT_TYPE,
      issuer: world.url,
      audience: 'household',
    });
    expect(claims).toMatchObject({ national_id: NATIONAL_ID.lin, consent_hash: HASH, order_hash: ORDER });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(60);
  });

  test('is no longer made after the grant was deleted; deleting twice is no error', async () => {
    const { json } = await make();
    for (let n = 0; n < 2; n += 1) {
      const { status } = await call(world.keys.broker)(`${grants()}/${json.grant_id}`, { method: 'DELETE' });
      expect(status).toBe(204);
    }
    expect(await envelope(json.grant_id)).toMatchObject({ status: 410, json: { code: 'grant-deleted' } });
  });

  test('is refused for another provider, an unknown grant, or an expired one', async () => {
    const { json } = await make();
    expect((await envelope(json.grant_id, 'school')).json.code).toBe('provider-not-granted');
    expect((await envelope(randomUUID())).status).toBe(404);
    expect((await envelope('nonsense')).status).toBe(404);
    await world.database.query(
      "UPDATE envelope_grant SET expires_at = now() - interval '1 second' WHERE id = $1",
      [json.grant_id],
    );
    expect(await envelope(json.grant_id)).toMatchObject({ status: 410, json: { code: 'grant-expired' } });
  });
});

describe('a grant', () => {
  test('asked for again is the same; asked for otherwise is refused', async () => {
    const same = { consent_id: randomUUID(), expires_at: new Date(Date.now() + 3_600_000).toISOString() };
    const first = await make(same);
    expect((await make(same)).json.grant_id).toBe(first.json.grant_id);
    expect(await make({ ...same, consent_hash: 'x'.repeat(43) })).toMatchObject({ status: 409 });
  });

  test('is for brokers alone, with a token of a login at that broker', async () => {
    expect(await make({}, world.keys.school)).toMatchObject({ status: 403, json: { code: 'role-missing' } });
    expect(await make({ access_token: schoolToken })).toMatchObject({
      status: 403,
      json: { code: 'access-token-invalid' },
    });
    expect(await make({ access_token: 'x'.repeat(43) })).toMatchObject({
      status: 403,
      json: { code: 'access-token-invalid' },
    });
  });

  test('names active providers only, and ends within 400 days', async () => {
    expect(await make({ providers: ['school'] })).toMatchObject({
      status: 422,
      json: { code: 'provider-unknown' },
    });
    expect((await make({ expires_at: new Date(Date.now() - 1000).toISOString() })).json.code).toBe(
      'expiry-out-of-range',
    );
    expect((await make({ expires_at: '2099-01-01T00:00:00Z' })).json.code).toBe('expiry-out-of-range');
    expect((await make({ expires_at: '2027-99-99T00:00:00Z' })).json.code).toBe('expiry-out-of-range');
    expect((await make({ extra: 1 })).status).toBe(400);
  });

  test('cannot be had by a replayed or unsigned request', async () => {
    const seen: RequestInit[] = [];
    const recording = signedFetch({
      keys: world.keys.broker,
      fetch: (url, init) => {
        seen.push(init ?? {});
        return fetch(url, init);
      },
    });
    expect((await recording(grants(), { json: request() })).status).toBe(201);
    expect((await fetch(grants(), seen[0])).status).toBe(401);
    const body = JSON.stringify(request());
    expect(
      (await fetch(grants(), { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
        .status,
    ).toBe(401);
  });

  test('can no longer be made once she signed out', async () => {
    const { page } = await browserOfLin.follow('/account');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? '';
    const { json } = await make();
    await browserOfLin.form('/account/sessions/end', { _csrf: csrf });
    expect(await make()).toMatchObject({ status: 403, json: { code: 'access-token-invalid' } });
    // What she consented to stands until it is withdrawn.
    expect((await envelope(json.grant_id)).status).toBe(200);
    const providerGone = world.register.participants.filter(({ id }) => id !== 'household');
    await world.register.change(providerGone);
    expect((await envelope(json.grant_id)).json.code).toBe('provider-unknown');
    await world.register.change([
      ...providerGone,
      participant('household', world.keys.household, ['provider']),
    ]);
  });
});
