import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppInstance, buildHttp, listen } from '../src/http/index.ts';
import { createLogger } from '../src/log/index.ts';
import { testKeyValues } from '../src/testing/index.ts';

const LIMIT = 400;
let app: AppInstance;
let adapters: Awaited<ReturnType<typeof testKeyValues>>;
let port: number;
/** Requests that reached a handler. */
let handled = 0;

beforeAll(async () => {
  adapters = await testKeyValues();
  const kv = adapters[0]?.kv;
  if (kv === undefined) throw new Error('no key-value store');
  app = await buildHttp({
    name: 'limits',
    publicUrl: 'http://localhost:4999',
    log: createLogger({ name: 'limits', level: 'silent' }),
    kv,
    ready: async () => ({}),
    bodyLimit: 10_000,
    limits: { headersMilliseconds: LIMIT, requestMilliseconds: 2 * LIMIT },
  });
  app.post('/echo', async () => {
    handled += 1;
    return { done: true };
  });
  app.all('/hijacked', (request, reply) => {
    handled += 1;
    reply.hijack();
    request.raw.resume().on('end', () => reply.raw.end('read'));
  });
  port = Number(new URL(await listen(app, { host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  await app?.close();
  for (const adapter of adapters ?? []) await adapter.close();
});

/** Sends each piece after a pause, as far as the server still listens; gives its whole answer, empty when there is none in ten seconds. */
async function talk(pieces: Iterable<string>, pause = 0): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let open = true;
  const closed = new Promise<void>((resolve) => {
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    socket
      .on('error', () => undefined)
      .once('close', () => {
        open = false;
        resolve();
      });
  });
  for (const piece of pieces) {
    if (!open || answer !== '') break;
    socket.write(piece);
    if (pause > 0) await sleep(pause);
  }
  const late = setTimeout(() => socket.destroy(), 10_000);
  await closed;
  clearTimeout(late);
  return answer;
}

function* drip(start: string, drop: string, count = 200): Generator<string> {
  yield start;
  for (let n = 0; n < count; n += 1) yield drop;
}
const head = (lines: string[], path = '/echo') =>
  [`POST ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...lines, '', ''].join('\r\n');
const json = ['content-type: application/json'];

test('a request that is all right is answered, on the same listener', async () => {
  const answer = await talk([head([...json, 'content-length: 2']), '{}']);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
});

test.each([
  ['a line that is never ended', 'GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ', 'a'],
  ['header after header', 'GET / HTTP/1.1\r\nhost: localhost\r\n', 'a: b\r\n'],
  ['one byte of the first line', 'P', ''],
])('headers that come drop by drop are cut off: %s', async (_name, start, drop) => {
  const answer = await talk(drip(start, drop, drop === '' ? 0 : 200), 20);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test.each(['/echo', '/hijacked'])('a body that comes drop by drop is cut off, at %s', async (path) => {
  const answer = await talk(drip(head([...json, 'content-length: 5000'], path), ' '), 20);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test('while many hold their lines open, others are answered', async () => {
  const slow = Array.from({ length: 100 }, () => talk(drip('GET / HTTP/1.1\r\nhost: l', 'a', 10), 30));
  const answer = await talk([head([...json, 'content-length: 2']), '{}']);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  for (const cut of await Promise.all(slow)) expect(cut).toMatch(/^HTTP\/1.1 408 /);
});

test('a body over the limit is refused unread, announced or in chunks', async () => {
  const before = handled;
  const announced = await talk([head([...json, 'content-length: 10001'])]);
  expect(announced).toMatch(/^HTTP\/1.1 413 /);
  const chunk = `400\r\n${'x'.repeat(0x400)}\r\n`;
  const chunked = await talk(drip(head([...json, 'transfer-encoding: chunked']), chunk, 100));
  expect(chunked).toMatch(/^HTTP\/1.1 413 /);
  expect(handled).toBe(before);
});

test('too many or too long headers are refused, none is left out', async () => {
  const before = handled;
  const many = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}: ${n}`);
  const body = [...json, 'content-length: 2'];
  expect(await talk([head([...many(120), ...body]), '{}'])).toMatch(/^HTTP\/1.1 431 /);
  // More than Node itself would keep.
  const tiny = Array.from({ length: 2500 }, () => 'a: ');
  expect(await talk([head([...tiny, ...body]), '{}'])).toMatch(/^HTTP\/1.1 431 /);
  expect(await talk([head([`x-long: ${'x'.repeat(20_000)}`, ...body]), '{}'])).toMatch(/^HTTP\/1.1 431 /);
  expect(handled).toBe(before);
  expect(await talk([head([...many(90), ...body]), '{}'])).toMatch(/^HTTP\/1.1 200 /);
});

test.each([
  ['two lengths', ['content-length: 2', 'content-length: 3']],
  ['a length beside chunks', ['content-length: 2', 'transfer-encoding: chunked']],
  ['chunks under another name', ['transfer-encoding: xchunked']],
  ['a length that is no number', ['content-length: +2']],
  ['a space before the colon', ['content-length : 2']],
  ['a folded line', ['x-a: b', ' content-length: 2']],
])(
  'a request that two readers would cut differently is refused (RFC 9112, 6.3): %s',
  async (_name, lines) => {
    const before = handled;
    const answer = await talk([head([...json, ...lines]), '{}\r\n0\r\n\r\n']);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(handled).toBe(before);
  },
);
