import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { fakeRegister, makeKeys } from '@xinlu/common/testing';
import type { Participant } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devKeys, startAnvil } from '../../contracts/testing/anvil.ts';
import { addressKey, random32 } from '../../contracts/testing/title-keys.ts';
import { anchorQueueInPostgres } from '../src/adapters/anchor-queue-postgres.ts';
import { chainProvider } from '../src/adapters/chain-ethers.ts';
import { openCases } from '../src/adapters/open-cases.ts';
import { buildApp } from '../src/app.ts';
import { deployTitles } from '../src/commands/deploy-titles.ts';
import { workOnCases } from '../src/domain/cases/clockwork.ts';
import { titleJson } from './support/case-world.ts';
import { newEntry, newLog } from './support/ledger.ts';

const log = createLogger({ name: 'test', level: 'fatal' });
const registrars = [addressKey(), addressKey()];
const officers = [
  ...registrars.map(({ key }) => ({ key, roles: ['registrar'] })),
  ...[addressKey(), addressKey()].map(({ key }) => ({ key, roles: ['governor'] })),
];

let here: Awaited<ReturnType<typeof openOffice>>;

beforeAll(async () => {
  here = await openOffice();
}, 60_000);
afterAll(() => here.close());

const participant = (id: string, keys: KeyRing, roles: Participant['roles']): Participant => ({
  id,
  name: { 'zh-TW': id, en: id },
  oid: '2.16.886.101.1',
  kind: 'government',
  roles,
  keys: keys.publicJwks.keys,
  homepage: 'http://localhost:4012',
  validFrom: '2026-01-01T00:00:00Z',
});

/** A ledger with a title register that its command deployed, and two offices of the participant register. */
async function openOffice() {
  const [anvil, folder, ledger] = await Promise.all([
    startAnvil(),
    mkdtemp(join(tmpdir(), 'xinlu-titles-')),
    newLog(),
  ]);
  const file = (name: string) => join(folder, name);
  await writeFile(file('key'), devKeys[1]);
  await writeFile(file('officers.json'), JSON.stringify(officers));
  const deploy = () =>
    deployTitles({
      rpcUrl: anvil.url,
      chainId: 31337,
      keyFile: file('key'),
      titlesFile: file('titles.json'),
      officersFile: file('officers.json'),
      admin: addressKey().address,
      log,
    });
  await deploy();
  const cases = await openCases(
    {
      CHAIN_RPC_URL: anvil.url,
      CHAIN_ID: 31337,
      TITLES_FILE: file('titles.json'),
      TITLES_KEY_FILE: file('key'),
    },
    ledger.database,
  );
  if (!cases) throw new Error('no cases');
  const keys = { land: await makeKeys(), other: await makeKeys(), school: await makeKeys() };
  const { view } = await fakeRegister([
    participant('land-office', keys.land, ['issuer']),
    participant('other-office', keys.other, ['issuer']),
    participant('school', keys.school, ['rp']),
  ]);
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const app = await buildApp({
    publicUrl,
    demo: false,
    trustedProxies: [],
    log,
    clock: systemClock,
    ids: systemIds,
    kv: await createKeyValue({ database: ledger.database, redisUrl: undefined, prefix: 'test' }),
    register: () => view,
    ready: async () => ({}),
    store: ledger.store,
    queue: anchorQueueInPostgres(ledger.database),
    tiles: ledger.tiles,
    origin: ledger.signer.origin,
    witnesses: undefined,
    contract: undefined,
    stateAnchor: undefined,
    logFault: () => null,
    chainFault: () => null,
    trustList: () => undefined,
    cases,
  });
  await app.listen({ port, host: 'localhost' });
  const provider = chainProvider(anvil.url, 31337);
  const as = (who: keyof typeof keys) => {
    const send = signedFetch({ keys: keys[who] });
    return (path: string, json?: unknown) => send(`${publicUrl}${path}`, json === undefined ? {} : { json });
  };
  return {
    publicUrl,
    titlesFile: file('titles.json'),
    deploy,
    as,
    ledger,
    work: () =>
      workOnCases({ ...cases, now: () => new Date(), nonce: () => random32() }).finally(() =>
        provider.send('anvil_mine', ['0x8']),
      ),
    async close() {
      await app.close();
      cases.close();
      provider.destroy();
      await ledger.close();
      await anvil.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

describe('when an office registers a unit through the API', () => {
  test('then it goes from application to deed, and the public sees commitments and states only', async () => {
    const office = here.as('land');
    const owner = addressKey();
    const unit = random32();
    const application = {
      id: systemIds.uuid(),
      type: 'first-registration',
      unit,
      facts: { title: titleJson(owner) },
    };
    const begun = await office('/cases', application);
    expect(begun).toMatchObject({ status: 201, json: { stage: 'documents', office: 'land-office' } });
    expect((await office('/cases', application)).json).toEqual(begun.json);
    const path = `/cases/${application.id}`;
    const act = (body: object) => office(`${path}/commands`, { id: systemIds.uuid(), ...body });
    const filed = await act({ name: 'file-documents', documents: { survey: random32() } });
    expect(filed.json).toMatchObject({ stage: 'checks' });
    await here.work();
    const { digest } = (await office(path)).json as { digest: string };
    for (const registrar of registrars) await act({ name: 'decide', approval: registrar.approve(digest) });
    await here.work();
    await here.work();
    const registered = (await office(path)).json as { stage: string; events: { name: string }[] };
    expect(registered.stage).toBe('deed');
    expect(registered.events.map(({ name }) => name)).toEqual([
      ...['applied', 'documented', 'checked', 'decided', 'decided', 'sent', 'registered'],
    ]);
    const [entry, foreign] = [newEntry('credential', 'land-office'), newEntry('credential', 'other-office')];
    for (const one of [entry, foreign]) await here.ledger.store.submit(one);
    expect(await act({ name: 'issue-deed', entry: foreign.id })).toMatchObject({ status: 400 });
    expect((await act({ name: 'issue-deed', entry: entry.id })).json).toMatchObject({ stage: 'done' });

    const answer = await fetch(`${here.publicUrl}/units/${unit}/history`);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      frozen: false,
      closed: false,
      registered: [{ type: 'first-registration', version: 1 }],
    });
    expect(text).not.toContain(owner.key);
    expect(text).not.toContain(application.id);
  });
});

describe('when somebody else calls', () => {
  test('then a case is its office’s alone', async () => {
    const application = {
      id: systemIds.uuid(),
      type: 'first-registration',
      unit: random32(),
      facts: { title: titleJson(addressKey()) },
    };
    expect((await here.as('school')('/cases', application)).status).toBe(403);
    const unsigned = await fetch(`${here.publicUrl}/cases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(application),
    });
    expect(unsigned.status).toBe(401);
    expect((await here.as('land')('/cases', application)).status).toBe(201);
    const withdraw = { id: systemIds.uuid(), name: 'withdraw', reason: 'mine now' };
    const other = here.as('other');
    expect((await other(`/cases/${application.id}/commands`, withdraw)).status).toBe(404);
    expect((await other(`/cases/${application.id}`)).status).toBe(404);
    expect((await other('/cases')).json).toEqual({ cases: [] });
    expect((await other('/cases', application)).status).toBe(409);
    const mine = (await here.as('land')('/cases?stage=documents')).json as { cases: { id: string }[] };
    expect(mine.cases.map(({ id }) => id)).toContain(application.id);
  });

  test('then what is malformed is refused before it is a case', async () => {
    const office = here.as('land');
    const application = { id: systemIds.uuid(), type: 'first-registration', unit: random32(), facts: {} };
    expect(await office('/cases', application)).toMatchObject({
      status: 400,
      json: { code: 'facts-malformed' },
    });
    expect((await office('/cases', { ...application, type: 'gift' })).status).toBe(404);
    expect((await office('/cases', { ...application, unit: '0x1' })).status).toBe(400);
    expect((await office(`/cases/${application.id}`)).status).toBe(404);
    const types = (await (await fetch(`${here.publicUrl}/case-types`)).json()) as {
      types: { name: string }[];
    };
    expect(types.types.map(({ name }) => name)).toEqual([
      ...['first-registration', 'sale', 'mortgage-setting', 'mortgage-cancellation'],
    ]);
  });
});

describe('when the register is deployed again', () => {
  test('then the one that stands is kept', async () => {
    const before = await readFile(here.titlesFile, 'utf8');
    await here.deploy();
    expect(await readFile(here.titlesFile, 'utf8')).toBe(before);
  });
});
