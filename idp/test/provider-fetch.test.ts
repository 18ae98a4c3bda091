import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeRegister, makeKeys } from '@xinlu/common/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providerFetch } from '../src/adapters/oidc/provider-fetch.ts';
import { countHits, type HitCounter } from './helpers/hit-counter.ts';
import { rp } from './helpers/world.ts';

let inside: HitCounter;
let elsewhere: HitCounter;
let leading: { url: string; close(): void };

beforeAll(async () => {
  [inside, elsewhere] = await Promise.all([countHits(), countHits()]);
  const server = createServer((_request, response) =>
    response.writeHead(302, { location: elsewhere.url }).end(),
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  leading = { url: `http://localhost:${port}/logout`, close: () => void server.close() };
});
afterAll(async () => {
  await inside?.close();
  await elsewhere?.close();
  leading?.close();
});

/** What the provider fetches with, where a party has this logout address in the register. */
async function fetcher(
  backchannelLogoutUri: string,
  { demo = true, validUntil = undefined as string | undefined } = {},
) {
  const party = rp('shop', await makeKeys(), { backchannelLogoutUri });
  const { view } = await fakeRegister([validUntil === undefined ? party : { ...party, validUntil }]);
  return providerFetch({ register: () => view, demo });
}

test('a logout address is asked that stands in the register, and no other, character by character', async () => {
  const send = await fetcher(`${inside.url}/logout`);
  expect((await send(`${inside.url}/logout`, { method: 'POST' })).ok).toBe(true);
  const before = inside.hits;
  for (const url of [
    inside.url,
    `${inside.url}/logout/`,
    `${inside.url}/logout?x=1`,
    `${inside.url}/logout#x`,
    `${inside.url}/LOGOUT`,
    `${inside.url.replace('localhost', '127.0.0.1')}/logout`,
    `${inside.url.replace('localhost', 'localhost.')}/logout`,
    `${inside.url.replace('//', '//x@')}/logout`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ])
    await expect(send(url), url).rejects.toThrow('nothing is fetched that a request or a client names');
  expect(inside.hits).toBe(before);
});

test('outside the demonstration nothing on this machine is asked, nor anything without TLS', async () => {
  const before = inside.hits;
  const own = `${inside.url}/logout`;
  await expect((await fetcher(own, { demo: false }))(own)).rejects.toThrow('not https');
  const other = 'http://shop.example/logout';
  await expect((await fetcher(other))(other)).rejects.toThrow('not https');
  expect(inside.hits).toBe(before);
});

test('where an answer leads is not followed, and a party that has ended is not asked', async () => {
  const before = elsewhere.hits;
  const send = await fetcher(leading.url);
  expect((await send(leading.url, { method: 'POST', redirect: 'follow' })).status).toBe(302);
  expect(elsewhere.hits).toBe(before);
  const ended = await fetcher(`${inside.url}/logout`, { validUntil: '2021-01-01T00:00:00Z' });
  await expect(ended(`${inside.url}/logout`)).rejects.toThrow('nothing is fetched');
});
