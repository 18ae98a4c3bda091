import type { ClientAuthentication } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admit, makeSecret } from './helpers/parties.ts';
import { startWorld, type World } from './helpers/world.ts';

let world: World;
const own = makeSecret();

beforeAll(async () => {
  world = await startWorld({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
  const authentication = (method: 'client_secret_basic' | 'client_secret_post'): ClientAuthentication => ({
    method,
    secretSha256: [own.secretSha256],
  });
  await admit(world, 'shop', { authentication: authentication('client_secret_basic') }, { profile: 'basic' });
  await admit(world, 'post', { authentication: authentication('client_secret_post') }, { profile: 'basic' });
});
afterAll(() => world?.close());

let callers = 0;
const fresh = () => {
  callers += 1;
  return `10.1.0.${callers}`;
};

/** A token request by a secret, from an address; gives the whole answer, without what names the request. */
async function attempt(client: string, secret: string, from = fresh(), by: 'basic' | 'post' = 'basic') {
  const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example/' };
  const response = await fetch(`${world.url}/token`, {
    method: 'POST',
    headers: {
      'x-forwarded-for': from,
      ...(by === 'basic' ? { authorization: `Basic ${btoa(`${client}:${secret}`)}` } : {}),
    },
    body: new URLSearchParams({
      ...fields,
      ...(by === 'post' ? { client_id: client, client_secret: secret } : {}),
    }),
  });
  const body = (await response.json()) as { error: string };
  return { status: response.status, body, challenge: response.headers.get('www-authenticate') };
}

describe('who guesses the secret of a client', () => {
  test('hears the same of a wrong secret, of an unknown client and of one that has none', async () => {
    for (const by of ['basic', 'post'] as const) {
      const wrong = await attempt(by === 'basic' ? 'shop' : 'post', 'wrong', fresh(), by);
      expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      for (const id of ['nobody', 'school', 'household', 'civil-registry'])
        expect(await attempt(id, 'wrong', fresh(), by), `${id} ${by}`).toEqual(wrong);
    }
  });

  test('is stopped after ten from one address, with the right one too; the client goes on elsewhere', async () => {
    const guesser = fresh();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await attempt('shop', `wrong${n}`, guesser)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(await attempt('shop', own.secret, guesser)).toMatchObject({
      status: 429,
      body: { error: 'temporarily_unavailable' },
    });
    // Another client from there, the same from elsewhere; to claim another address in front of the proxy's changes nothing.
    expect((await attempt('post', own.secret, guesser, 'post')).body.error).toBe('invalid_grant');
    expect((await attempt('shop', own.secret)).body.error).toBe('invalid_grant');
    expect((await attempt('shop', own.secret, `${fresh()}, ${guesser}`)).status).toBe(429);
  });

  test('is stopped when all guesses come at once, and the right secret costs none', async () => {
    const guesser = fresh();
    for (let n = 0; n < 12; n += 1)
      expect((await attempt('shop', own.secret, guesser)).body.error).toBe('invalid_grant');
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => attempt('shop', `w${n}`, guesser)));
    expect(all.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(30);
  });
});

test('the addresses of the protocol have the limit of all: 600 a minute from one address', async () => {
  const from = fresh();
  const paths = [
    '/jwks',
    '/token',
    '/par',
    '/authorize',
    '/userinfo',
    '/token/introspection',
    '/device',
    '/session/end',
  ];
  const get = (path: string) =>
    fetch(`${world.url}${path}`, { headers: { 'x-forwarded-for': from }, redirect: 'manual' });
  const statuses: number[] = [];
  for (let round = 0; round < 13; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/jwks')));
    for (const answer of answers) {
      statuses.push(answer.status);
      await answer.arrayBuffer();
    }
  }
  expect(statuses.filter((status) => status !== 429)).toHaveLength(600);
  for (const path of paths) expect((await get(path)).status, path).toBe(429);
  expect((await fetch(`${world.url}/jwks`, { headers: { 'x-forwarded-for': fresh() } })).status).toBe(200);
});
