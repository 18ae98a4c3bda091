import type { webcrypto } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock/index.ts';
import { type AppInstance, buildHttp } from '../src/http/index.ts';
import { systemIds } from '../src/ids/index.ts';
import { createLogger } from '../src/log/index.ts';
import { createLogoutReceiver, LOGOUT_PATH, registerBackchannelLogout } from '../src/oidc-client/index.ts';
import { registerSessions } from '../src/sessions/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

type Stored = { login: { subject: string; sid?: string; since: number } };

const ISSUER = 'https://idp.example';
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const now = () => Math.floor(Date.now() / 1000);

let app: AppInstance;
let key: webcrypto.CryptoKey;
let otherKey: webcrypto.CryptoKey;
let close: () => Promise<void>;

beforeAll(async () => {
  const stores = await testKeyValues();
  close = async () => {
    for (const store of stores) await store.close();
  };
  const kv = stores[0]?.kv;
  if (kv === undefined) throw new Error('no store');
  const pair = await generateKeyPair('ES256');
  key = pair.privateKey;
  otherKey = (await generateKeyPair('ES256')).privateKey;
  const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' };
  const receiver = createLogoutReceiver({
    issuer: ISSUER,
    clientId: 'library',
    kv,
    clock: systemClock,
    sessionSeconds: 3600,
    keys: createLocalJWKSet({ keys: [jwk] }),
  });
  app = await buildHttp({
    name: 'test',
    publicUrl: 'http://localhost:4999',
    log: createLogger({ name: 'test', level: 'silent' }),
    kv,
    ready: async () => ({}),
  });
  registerBackchannelLogout(app as never, receiver);
  const sessions = registerSessions<Stored>(app, {
    kv,
    cookieName: 'test',
    publicUrl: 'http://localhost:4999',
    ttlSeconds: 3600,
    secret: Buffer.alloc(32, 1),
    ids: systemIds,
    isOver: async ({ login }) => login !== undefined && (await receiver.isOver(login)),
  });
  app.get('/enter', async (request, reply) => {
    const session = await sessions.of(request, reply);
    const { sub = '', sid, since } = request.query as Record<string, string>;
    session.data.login = {
      subject: sub,
      since: Number(since ?? now()),
      ...(sid === undefined ? {} : { sid }),
    };
    await session.rotate();
    return {};
  });
  app.get('/who', async (request, reply) => ({
    who: (await sessions.of(request, reply)).data.login?.subject ?? null,
  }));
});
afterAll(async () => {
  await app?.close();
  await close?.();
});

async function enter(query: string): Promise<() => Promise<string | null>> {
  const { cookies } = await app.inject({ url: `/enter?${query}` });
  const cookie = cookies.at(-1);
  return async () =>
    (await app.inject({ url: '/who', cookies: { test: cookie?.value ?? '' } })).json<{ who: string | null }>()
      .who;
}

let count = 0;

async function token(
  changes: Record<string, unknown> = {},
  options: { typ?: string; key?: webcrypto.CryptoKey; exp?: number } = {},
): Promise<string> {
  count += 1;
  const claims = {
    iss: ISSUER,
    aud: 'library',
    iat: now(),
    jti: `j${count}`,
    events: EVENTS,
    sub: 'a',
    ...changes,
  };
  return new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: options.typ ?? 'logout+jwt' })
    .setExpirationTime(options.exp ?? now() + 120)
    .sign(options.key ?? key);
}

async function send(logoutToken: string): Promise<number> {
  const response = await app.inject({
    method: 'POST',
    url: LOGOUT_PATH,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ logout_token: logoutToken }).toString(),
  });
  return response.statusCode;
}

describe('when a logout token comes', () => {
  test('then the session that it names is over, and no other', async () => {
    const [one, two] = [await enter('sub=a&sid=s1'), await enter('sub=a&sid=s2')];
    expect(await send(await token({ sid: 's1' }))).toBe(200);
    expect([await one(), await two()]).toEqual([null, 'a']);
    // Also one that is only opened now, by an answer that was under way.
    expect(await (await enter(`sub=a&sid=s1&since=${now() - 1}`))()).toBeNull();
  });

  test('then a later login by the provider’s same session counts, and a token held up takes nothing back', async () => {
    expect(await send(await token({ sid: 's7' }))).toBe(200);
    expect(await (await enter(`sub=a&sid=s7&since=${now() + 1}`))()).toBe('a');
    const between = await enter(`sub=a&sid=s7&since=${now() - 10}`);
    expect(await send(await token({ sid: 's7', iat: now() - 60 }))).toBe(200);
    expect(await between()).toBeNull();
  });

  test('that names the person alone, then her sessions of before are over, not a later one', async () => {
    const before = await enter(`sub=b&sid=s3&since=${now() - 5}`);
    expect(await send(await token({ sub: 'b' }))).toBe(200);
    expect(await before()).toBeNull();
    expect(await (await enter(`sub=b&sid=s4&since=${now() + 1}`))()).toBe('b');
  });

  test('that is not good in every point, then it ends nothing and is refused', async () => {
    const who = await enter('sub=c&sid=s5');
    const used = await token({ sub: 'x', sid: 'y' });
    expect(await send(used)).toBe(200);
    const to = (changes: Record<string, unknown>) => token({ sub: 'c', sid: 's5', ...changes });
    const bad: Record<string, string> = {
      'used before': used,
      'another issuer': await to({ iss: 'https://evil.example' }),
      'another audience': await to({ aud: 'bank' }),
      'no event': await to({ events: undefined }),
      'another event': await to({ events: { 'https://example.com/event': {} } }),
      'an event that is no object': await to({
        events: { 'http://schemas.openid.net/event/backchannel-logout': true },
      }),
      'a nonce': await to({ nonce: 'n' }),
      'no jti': await to({ jti: undefined }),
      'no iat': await to({ iat: undefined }),
      old: await to({ iat: now() - 600 }),
      'from the future': await to({ iat: now() + 600 }),
      'neither sub nor sid': await to({ sub: undefined, sid: undefined }),
      'an ID token': await token({ sub: 'c', sid: 's5' }, { typ: 'JWT' }),
      'another key': await token({ sub: 'c', sid: 's5' }, { key: otherKey }),
      expired: await token({ sub: 'c', sid: 's5' }, { exp: now() - 60 }),
      'no token': 'x',
    };
    for (const [what, bytes] of Object.entries(bad)) expect([what, await send(bytes)]).toEqual([what, 400]);
    const [head, body] = (await to({})).split('.');
    const none = `${Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString('base64url')}.${body}.`;
    expect(await send(none)).toBe(400);
    expect(await send(`${head}.${body}.`)).toBe(400);
    expect(await who()).toBe('c');
  });
});
