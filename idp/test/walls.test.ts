import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from './helpers/browser.ts';
import { cardLogin } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let browser: Browser;
let place: string;

beforeAll(async () => {
  world = await startWorld({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  const login = await cardLogin(world, card, NATIONAL_ID.lin);
  ({ browser } = login);
  place = login.page.place;
});
afterAll(() => world?.close());

type Route = { path: string; methods: string[] };

/** Every route of the app, out of the tree that the framework prints: four columns a level. */
function routes(): Route[] {
  const found: Route[] = [];
  const above: string[] = [];
  for (const line of world.composed.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^(.*?[├└]── )(\S+)(?: \((.*)\))?$/.exec(line);
    if (match === null) continue;
    const [, indent = '', part = '', methods = ''] = match;
    const level = indent.length / 4 - 1;
    above.length = level;
    above[level] = part;
    found.push({ path: above.join('').replace(/^\/\//, '/'), methods: methods.split(', ').filter(Boolean) });
  }
  return found;
}

/** As long as the names that are 256 random bits. */
const id = 'x'.repeat(43);
const concrete = (path: string) =>
  path
    .replace('/interaction/:uid', place)
    .replace('/confirm/:id', `/confirm/${id}`)
    .replace(/:u?id/g, randomUUID())
    .replace('*', 'x');
/** Served by oidc-provider: client authentication or its own token guards them, in its tests and in ours elsewhere. */
const ofProtocol = ({ methods }: Route) => methods.includes('PUT');
/** Signed by RFC 9421, not called by browsers. */
const SIGNED = new Set([
  '/envelope-grants',
  '/envelope-grants/:id',
  '/envelopes',
  '/civil-notices',
  '/confirmations',
]);

/** Bodies that each form or script would send, so that not the body is what is refused. */
const BODIES: object[] = [
  {},
  { _csrf: id },
  { challenge: id, national_id: 'A1', signature_type: 'PKCS1', signature: 'AAAA', certificate: 'AAAA' },
  { challenge: id, national_id: 'A1', token: {} },
  { code: id, national_id: 'A1' },
  { answer: {} },
  { name: 'x', answer: {} },
  { _csrf: id, name: 'x' },
  { _csrf: id, as: 'self' },
  { _csrf: id, code: 'x' },
];

describe('the routes of the app', () => {
  test('are found, so that no check below passes for want of any', () => {
    const paths = routes().map(({ path }) => path);
    for (const path of [
      '/account/logout',
      '/interaction/:uid/card/answer',
      '/token/introspection',
      '/envelope-grants/:id',
    ])
      expect(paths).toContain(path);
  });

  test('that change something want the token of the visitor’s own session', async () => {
    const changing = routes().filter(
      (route) => !ofProtocol(route) && route.methods.some((method) => !['GET', 'HEAD'].includes(method)),
    );
    expect(changing.length).toBeGreaterThan(20);
    const unguarded: string[] = [];
    for (const { path } of changing.filter((route) => !SIGNED.has(route.path))) {
      const codes = new Set<unknown>();
      for (const body of BODIES) {
        const { status, json } = await browser.post(concrete(path), 'wrong', body);
        expect(status, path).toBeGreaterThanOrEqual(400);
        expect(status, path).toBeLessThan(500);
        codes.add(json.code);
      }
      const faults = [...codes].filter((code) => code !== 'csrf-refused' && code !== 'request-malformed');
      if (faults.length > 0) unguarded.push(`${path}: ${faults.join(', ')}`);
      // Forms name the token among their fields: without it the body is already malformed.
      const { json } = await browser.post(concrete(path), 'wrong', {});
      const detail = String((json as unknown as { detail?: string }).detail);
      if (!codes.has('csrf-refused') && !detail.includes('_csrf')) unguarded.push(`${path}: not reached`);
    }
    expect(unguarded).toEqual([]);
  });

  test('that brokers and registries call want their signature', async () => {
    for (const path of SIGNED) {
      const method = path.endsWith(':id') ? 'DELETE' : 'POST';
      const response = await browser.request(concrete(path), {
        method,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      expect([400, 401], path).toContain(response.status);
    }
  });

  test('answer every method, type and size with a refusal, never with a fault', async () => {
    const tries: [string, string, string | undefined][] = [
      ['PUT', 'application/json', '{}'],
      ['DELETE', 'text/plain', undefined],
      ['PATCH', 'application/xml', '<a/>'],
      ['POST', 'multipart/form-data; boundary=x', '--x--'],
      ['POST', 'application/json', '{'],
      ['POST', 'application/x-www-form-urlencoded', `a=${'x'.repeat(70_000)}`],
      ['POST', '\u00e9', 'x'],
    ];
    for (const [caller, { path }] of routes()
      .filter((route) => route.path !== '/*')
      .entries()) {
      for (const [method, type, body] of tries) {
        const response = await browser.request(concrete(path), {
          method,
          // Each route has its caller, so that the limit for one address does not answer instead.
          headers: {
            'content-type': type,
            accept: 'application/json',
            'x-forwarded-for': `10.0.0.${caller}`,
          },
          ...(body === undefined ? {} : { body }),
        });
        expect(response.status, `${method} ${path} ${type}`).toBeLessThan(500);
        expect(response.status, path).not.toBe(429);
        expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
        await response.arrayBuffer();
      }
    }
  });

  test('that show a page are kept by no cache and shown in no frame', async () => {
    const pages = routes().filter(
      ({ path, methods }) => methods.includes('GET') && /^\/(account|sign-in|interaction|$)/.test(path),
    );
    expect(pages.length).toBeGreaterThan(8);
    for (const { path } of pages) {
      const response = await browser.request(concrete(path));
      await response.arrayBuffer();
      expect(response.headers.get('x-frame-options'), path).toBe('DENY');
      expect(response.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
      if (response.status !== 303) expect(response.headers.get('cache-control'), path).toBe('no-store');
    }
  });
});
