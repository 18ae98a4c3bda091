import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused, retryable } from '../src/errors/index.ts';
import { type AppInstance, allowFormAction, buildHttp, cspNonce } from '../src/http/index.ts';
import { systemIds } from '../src/ids/index.ts';
import { createLogger } from '../src/log/index.ts';
import { registerSessions } from '../src/sessions/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

const publicUrl = 'http://localhost:4999';
const adapters = await testKeyValues();
const kv = adapters[0]?.kv;
if (kv === undefined) throw new Error('no key-value store');
let app: AppInstance;
let ready = true;

beforeAll(async () => {
  app = await buildHttp({
    name: 'test',
    publicUrl,
    log: createLogger({ name: 'test', level: 'silent' }),
    kv,
    ready: async () => ({ database: ready }),
    errorPage: (problem) => `<h1>${problem.code}</h1>`,
  });
  const sessions = registerSessions<{ seen: number }>(app, {
    kv,
    cookieName: 'test_session',
    publicUrl,
    ttlSeconds: 60,
    secret: new Uint8Array(32).fill(7),
    ids: systemIds,
  });
  app.get('/form', async (request, reply) => ({ token: (await sessions.of(request, reply)).csrfToken }));
  app.post('/form', { preHandler: sessions.requireCsrf }, async () => ({ done: true }));
  app.post('/rotate', async (request, reply) => {
    const session = await sessions.of(request, reply);
    session.data.seen = 1;
    await session.rotate();
    return { token: session.csrfToken };
  });
  app.post(
    '/typed',
    { schema: { body: Type.Object({ n: Type.Integer() }, { additionalProperties: false }) } },
    async () => ({}),
  );
  app.get('/refused', async () => {
    throw refused('not-yours', 'This is not yours.', { status: 403, cause: new Error('secret reason') });
  });
  app.get('/away', async () => {
    throw retryable('away', 'Try later.', { extra: { retryAfter: 5 } });
  });
  app.get('/broken', async () => {
    throw new Error('the password is hunter2');
  });
  app.get('/page', async (_request, reply) => {
    allowFormAction(reply, 'https://rp.example/callback');
    return reply.type('text/html').send(`<script nonce="${cspNonce(reply)}"></script>`);
  });
  app.all('/hijacked/*', (_request, reply) => {
    reply.hijack();
    reply.raw.end('raw');
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  for (const adapter of adapters) await adapter.close();
});

let visitor = 0;
const from = () => ({ remoteAddress: `10.0.0.${++visitor}` });

describe('the HTTP base', () => {
  test.each([
    ['a refused error', { url: '/refused' }, 403, 'not-yours'],
    ['a retryable error', { url: '/away' }, 503, 'away'],
    ['a fault of ours', { url: '/broken' }, 500, 'internal'],
    ['an unknown address', { url: '/nowhere' }, 404, 'not-found'],
    ['a wrong method', { method: 'DELETE', url: '/refused' }, 405, 'method-not-allowed'],
    ['a wrong body', { method: 'POST', url: '/typed', payload: { n: 'x' } }, 400, 'request-malformed'],
    [
      'an unknown member',
      { method: 'POST', url: '/typed', payload: { n: 1, m: 1 } },
      400,
      'request-malformed',
    ],
    [
      'broken JSON',
      { method: 'POST', url: '/typed', payload: '{', headers: { 'content-type': 'application/json' } },
      400,
      'json-malformed',
    ],
    [
      'a foreign media type',
      { method: 'POST', url: '/typed', payload: 'x', headers: { 'content-type': 'text/x' } },
      415,
      'media-type-unsupported',
    ],
    ['a malformed address', { url: '/%E0%A4%A' }, 400, 'address-malformed'],
    [
      'a body too large',
      {
        method: 'POST',
        url: '/typed',
        payload: `"${'x'.repeat(1_100_000)}"`,
        headers: { 'content-type': 'application/json' },
      },
      413,
      'body-too-large',
    ],
  ] as const)(
    'when %s happens, then a problem document names it and no more',
    async (_what, request, status, code) => {
      const answer = await app.inject({ ...from(), ...request } as never);
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ status, code, type: `urn:xinlu:problem:${code}` });
      expect(answer.body).not.toMatch(/hunter2|secret reason|node_modules|\.ts:/);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    },
  );

  test('when a browser meets a fault, then it gets a page', async () => {
    const answer = await app.inject({ ...from(), url: '/refused', headers: { accept: 'text/html,*/*' } });
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.body).toBe('<h1>not-yours</h1>');
  });

  test('when a page names a form target and a nonce, then the policy allows just these', async () => {
    const answer = await app.inject({ ...from(), url: '/page' });
    const nonce = /nonce="([^"]+)"/.exec(answer.body)?.[1];
    expect(answer.headers['content-security-policy']).toContain(`script-src 'self' 'nonce-${nonce}'`);
    expect(answer.headers['content-security-policy']).toContain("form-action 'self' https://rp.example;");
  });

  test('when a handler takes the raw answer, then headers and limits hold all the same', async () => {
    const who = from();
    const first = await app.inject({ ...who, url: '/hijacked/x' });
    expect(first.headers['x-content-type-options']).toBe('nosniff');
    let last = first;
    for (let i = 0; i < 620 && last.statusCode === 200; i += 1)
      last = await app.inject({ ...who, url: '/hijacked/x' });
    expect(last.statusCode).toBe(429);
    expect(last.headers['retry-after']).toBe('60');
    expect((await app.inject({ ...who, url: '/health' })).statusCode).toBe(200);
  });

  test('when a dependency is away, then it is alive but not ready', async () => {
    ready = false;
    expect((await app.inject({ url: '/ready' })).statusCode).toBe(503);
    expect((await app.inject({ url: '/health' })).statusCode).toBe(200);
    ready = true;
    expect((await app.inject({ url: '/ready' })).json()).toEqual({
      status: 'ready',
      checks: { database: true },
    });
  });

  test('when asked, then metrics and OpenAPI are there', async () => {
    expect((await app.inject({ url: '/metrics' })).body).toContain('http_request_duration_seconds');
    expect((await app.inject({ ...from(), url: '/openapi.json' })).json().paths).toHaveProperty('/typed');
    expect((await app.inject({ url: '/assets/uswds/css/uswds.min.css' })).statusCode).toBe(200);
  });
});

describe('a session', () => {
  async function visit() {
    const answer = await app.inject({ ...from(), url: '/form' });
    const cookie = answer.cookies[0];
    return { token: answer.json().token as string, cookies: { test_session: cookie?.value ?? '' }, cookie };
  }

  test('when a page is visited, then its cookie is closed to scripts and other sites', async () => {
    const { cookie } = await visit();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  });

  test('when its own form comes back, then it is taken', async () => {
    const { token, cookies } = await visit();
    const answer = await app.inject({ method: 'POST', url: '/form', cookies, payload: { _csrf: token } });
    expect(answer.statusCode).toBe(200);
  });

  test.each([
    ['without a token', {}, {}],
    ['with another token', { _csrf: 'x'.repeat(43) }, {}],
    ['from another site', undefined, { 'sec-fetch-site': 'cross-site' }],
    ['from another port of the host', undefined, { 'sec-fetch-site': 'same-site' }],
    ['from another origin', undefined, { origin: 'http://localhost:4001' }],
  ])('when a form comes %s, then it is refused', async (_how, payload, headers) => {
    const { token, cookies } = await visit();
    const answer = await app.inject({
      method: 'POST',
      url: '/form',
      cookies,
      headers: headers as never,
      payload: payload ?? { _csrf: token },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'csrf-refused' });
  });

  test("when another visitor's token is used, then it is refused", async () => {
    const mine = await visit();
    const theirs = await visit();
    const answer = await app.inject({
      method: 'POST',
      url: '/form',
      cookies: mine.cookies,
      payload: { _csrf: theirs.token },
    });
    expect(answer.statusCode).toBe(403);
  });

  test('when it is rotated, then the old id is worth nothing', async () => {
    const { token, cookies } = await visit();
    const rotated = await app.inject({ method: 'POST', url: '/rotate', cookies });
    expect(rotated.cookies[0]?.value).not.toBe(cookies.test_session);
    const old = await app.inject({ method: 'POST', url: '/form', cookies, payload: { _csrf: token } });
    expect(old.statusCode).toBe(403);
  });

  test('when the cookie is made up, then it opens nothing', async () => {
    const answer = await app.inject({ ...from(), url: '/form', cookies: { test_session: 'a'.repeat(43) } });
    expect(answer.cookies[0]?.value).not.toBe('a'.repeat(43));
  });
});
