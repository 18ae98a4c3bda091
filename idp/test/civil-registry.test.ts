import { systemClock } from '@xinlu/common/clock';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import { fakeRegister, makeKeys, testKeyValues } from '@xinlu/common/testing';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCivilRegistry } from '../src/adapters/civil-registry-http.ts';
import { participant } from './helpers/world.ts';

let app: FastifyInstance;
let url: string;
let idp: KeyRing;
let registryKeys: KeyRing;
let answer: () => unknown;
let signedBy: KeyRing;
let cleanup: (() => Promise<void>)[] = [];

beforeEach(async () => {
  [idp, registryKeys] = [await makeKeys(), await makeKeys()];
  signedBy = registryKeys;
  answer = () => ({ confirmed: true, state: 'living' });
});
afterEach(async () => {
  for (const end of cleanup) await end();
  cleanup = [];
});

async function start() {
  const { view } = await fakeRegister([
    participant('idp', idp, ['identity-provider']),
    participant('civil-registry', registryKeys, ['civil-registry']),
  ]);
  const stores = await testKeyValues();
  const kv = stores[0]?.kv;
  if (kv === undefined) throw new Error('no store');
  app = fastify();
  let base = '';
  const signed = registerSignedRequests(app, {
    register: () => view,
    kv,
    clock: systemClock,
    get publicUrl() {
      return base;
    },
    answerKeys: signedBy,
  });
  app.post(
    '/confirmations',
    { config: { signAnswer: true }, preHandler: signed.requireSigned('identity-provider') },
    async () => answer(),
  );
  base = await app.listen({ port: 0, host: '127.0.0.1' });
  url = base;
  cleanup.push(() => app.close(), ...stores.map((store) => () => store.close()));
  return createCivilRegistry({ url, keys: idp, register: () => view, clock: systemClock });
}

const claim = { authority: 'a'.repeat(64), serial: '4A', claimedNationalId: 'A298713406' };

test('a signed answer counts', async () => {
  const registry = await start();
  expect(await registry.confirm(claim)).toEqual({ confirmed: true, state: 'living' });
  answer = () => ({ confirmed: false });
  expect(await registry.confirm(claim)).toEqual({ confirmed: false });
});

test('an answer that another party signed means that the registry is away', async () => {
  signedBy = await makeKeys();
  const registry = await start();
  await expect(registry.confirm(claim)).rejects.toMatchObject({ code: 'registry-unavailable', status: 503 });
});

test('nonsense, a confirmation without a state, and silence mean that it is away', async () => {
  const registry = await start();
  for (const nonsense of [
    {},
    { confirmed: 'yes' },
    { confirmed: true },
    { confirmed: true, state: 'unknown' },
  ]) {
    answer = () => nonsense;
    await expect(registry.confirm(claim)).rejects.toMatchObject({ code: 'registry-unavailable' });
  }
  await app.close();
  await expect(registry.confirm(claim)).rejects.toMatchObject({ code: 'registry-unavailable' });
});
