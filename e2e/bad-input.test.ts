import { describe, expect, test } from 'vitest';
import { sharedPlace } from './support/place.ts';

/**
 * Every documented address of every service, and every OAuth endpoint, is fed what no honest client sends. The answer must
 * be prompt, a refusal where something is wrong, and must never show our insides.
 */
type Attempt = { what: string; init: RequestInit };

const json = { 'content-type': 'application/json' };
const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;

const bodies: Attempt[] = [
  { what: 'no body', init: {} },
  { what: 'broken JSON', init: { headers: json, body: '{"a":' } },
  { what: 'an array for an object', init: { headers: json, body: '[1,2,3]' } },
  { what: 'null', init: { headers: json, body: 'null' } },
  { what: 'unknown members', init: { headers: json, body: '{"__proto__":{"x":1},"constructor":1,"a":"b"}' } },
  { what: 'nesting without end', init: { headers: json, body: deep } },
  {
    what: 'a foreign media type',
    init: { headers: { 'content-type': 'application/x-nonsense' }, body: 'x' },
  },
  {
    what: 'an empty form',
    init: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '' },
  },
  {
    what: 'a form of nonsense',
    init: {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=%00&a=%F0%9F&_csrf=x&[x]=1',
    },
  },
  { what: 'invalid UTF-8', init: { headers: json, body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) } },
  {
    what: 'forged credentials',
    init: {
      headers: {
        authorization: 'DPoP eyJhbGciOiJub25lIn0.e30.',
        dpop: 'x',
        signature: 'xinlu=:AA==:',
        'signature-input': 'xinlu=()',
      },
    },
  },
];
const values = [
  'x',
  '%00',
  "'%20OR%201=1--",
  '..%2f..%2fetc%2fpasswd',
  '%E0%A4%A',
  '-1',
  '99999999999999999999',
  'a'.repeat(3_000),
  '%F0%9F%98%80',
];
const queries = [
  '',
  '?lang=xx&lang=en',
  '?page=-1&size=1e99&sort=%5B&filter=%7B&range=%5B0',
  '?index=NaN&size=-5',
  '?%00=%00',
  `?q=${'a'.repeat(4_000)}`,
];

const INSIDES =
  /node_modules|\bat [\w.<>]+ \(|\.ts:\d+|SELECT |INSERT |pg_|ECONNREFUSED|TypeError|ReferenceError/;

const country = sharedPlace();

async function fire(
  url: string,
  method: string,
  init: RequestInit,
): Promise<{ status: number; type: string; text: string }> {
  const { body, ...rest } = init;
  const takesBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(url, {
    ...rest,
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...(takesBody && body !== undefined && body !== null ? { body } : {}),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: (await response.text()).slice(0, 20_000),
  };
}

function fault(answer: { status: number; type: string; text: string }, oauth: boolean): string | undefined {
  if (answer.status >= 500) return `answered ${answer.status}: ${answer.text.slice(0, 200)}`;
  if (INSIDES.test(answer.text) && !answer.type.includes('javascript'))
    return `shows its insides: ${INSIDES.exec(answer.text)?.[0]}`;
  if (answer.status < 400 || answer.type.includes('text/html')) return undefined;
  if (oauth)
    return /"error":/.test(answer.text) || answer.text === '' || answer.type.includes('problem+json')
      ? undefined
      : `no OAuth error: ${answer.text.slice(0, 100)}`;
  if (!answer.type.includes('application/problem+json')) return `answered ${answer.status} as ${answer.type}`;
  const problem = JSON.parse(answer.text) as { code?: string; status?: number };
  return typeof problem.code === 'string' && problem.status === answer.status
    ? undefined
    : 'the problem does not name its fault';
}

/** The per-address limit is part of the product; here each burst comes as its own minute. */
async function patiently(url: string, method: string, init: RequestInit) {
  for (;;) {
    const answer = await fire(url, method, init);
    if (answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

describe.each(['idp', 'consent', 'ledger', 'admin', 'portal'] as const)(
  'when nonsense is sent to %s',
  (service) => {
    test('then each documented address refuses it and stays itself', async () => {
      const base = country.urls[service];
      const { paths } = (await (await fetch(`${base}/openapi.json`)).json()) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const faults: string[] = [];
      const addresses = Object.entries(paths);
      expect(addresses.length).toBeGreaterThan(0);
      let seed = 0;
      for (const [path, methods] of addresses) {
        for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
          for (const attempt of method === 'GET' ? bodies.slice(-1) : bodies) {
            seed += 1;
            const filled = path.replaceAll(/\{[^}]+\}/g, () => values[seed % values.length] ?? 'x');
            const url = `${base}${filled}${queries[seed % queries.length]}`;
            const told = fault(await patiently(url, method, attempt.init), false);
            if (told !== undefined)
              faults.push(`${method} ${path} with ${attempt.what} (${filled.slice(0, 60)}): ${told}`);
          }
        }
      }
      expect(faults).toEqual([]);
      expect((await fetch(`${base}/ready`)).status).toBe(200);
    }, 170_000);
  },
);

describe.each(['idp', 'consent'] as const)(
  'when nonsense is sent to the OAuth endpoints of %s',
  (service) => {
    test('then each answers with an OAuth error', async () => {
      const base = country.urls[service];
      const metadata = (await (await fetch(`${base}/.well-known/openid-configuration`)).json()) as Record<
        string,
        unknown
      >;
      const endpoints = Object.entries(metadata).filter(
        ([name, value]) => /_(?:endpoint|uri)$/.test(name) && String(value).startsWith(base),
      );
      expect(endpoints.length).toBeGreaterThan(4);
      const faults: string[] = [];
      for (const [name, url] of endpoints) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          for (const attempt of bodies) {
            const told = fault(await patiently(String(url), method, attempt.init), true);
            if (told !== undefined) faults.push(`${method} ${name} with ${attempt.what}: ${told}`);
          }
        }
        for (const query of queries) {
          const told = fault(await patiently(`${url}${query}`, 'GET', {}), true);
          if (told !== undefined) faults.push(`GET ${name}${query.slice(0, 40)}: ${told}`);
        }
      }
      expect(faults).toEqual([]);
    }, 170_000);
  },
);
