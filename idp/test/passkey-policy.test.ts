import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frozenClock } from '@xinlu/common/clock';
import { createLogger } from '@xinlu/common/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMetadataFile, type MetadataFile } from '../src/adapters/metadata-file.ts';
import { createBlobNumbers } from '../src/adapters/postgres/blob-numbers-postgres.ts';
import type { AuthenticatorMetadata } from '../src/domain/passkey/metadata.ts';
import { type PasskeyEvidence, worthNow, worthOf } from '../src/domain/passkey/passkey-policy.ts';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { type Authority, type Card, makeRoot } from './helpers/cards.ts';
import { cardLogin, enrolPageData } from './helpers/journey.ts';
import { BLOB_HOST, type Entry, makeAttester, makeBlob, makeSigner } from './helpers/metadata.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const MODEL = '0d0f6e31-7f1c-4b7e-9a55-3d1f0c9a1b2c';
const OTHER = '9c835346-796b-4c27-8898-d6032f515cc5';
const certified: PasskeyEvidence = {
  deviceBound: true,
  attested: true,
  statuses: ['FIDO_CERTIFIED_L2'],
  metadata: 'fresh',
};

describe('what a passkey is worth', () => {
  test.each<[string, Partial<PasskeyEvidence>, string | undefined]>([
    ['bound to one device, attested and certified', {}, 'high'],
    ['certified at a higher level', { statuses: ['FIDO_CERTIFIED_L3plus'] }, 'high'],
    ['synced', { deviceBound: false }, 'substantial'],
    ['not attested', { attested: false }, 'substantial'],
    ['certified at the first level alone', { statuses: ['FIDO_CERTIFIED_L1'] }, 'substantial'],
    ['of a model without a report', { statuses: [] }, 'substantial'],
    ['when the metadata are stale', { metadata: 'stale' }, 'substantial'],
    ['without any metadata', { metadata: 'absent', statuses: [], attested: false }, 'substantial'],
    [
      'with a key that can be taken out by hand',
      { statuses: ['FIDO_CERTIFIED_L2', 'USER_KEY_PHYSICAL_COMPROMISE'] },
      'low',
    ],
    [
      'when anybody can attest',
      { statuses: ['FIDO_CERTIFIED_L2', 'ATTESTATION_KEY_COMPROMISE'] },
      'substantial',
    ],
    ['revoked', { statuses: ['FIDO_CERTIFIED_L2', 'REVOKED'] }, undefined],
    ['with a key that can be taken out from afar', { statuses: ['USER_KEY_REMOTE_COMPROMISE'] }, undefined],
    ['whose user verification can be skipped', { statuses: ['USER_VERIFICATION_BYPASS'] }, undefined],
    ['found broken while the metadata are stale', { statuses: ['REVOKED'], metadata: 'stale' }, undefined],
  ])('%s', (_name, change, worth) => {
    expect(worthOf({ ...certified, ...change })).toBe(worth);
  });

  test('never more than the login it was enrolled under', () => {
    const metadata: AuthenticatorMetadata = {
      state: () => 'fresh',
      statuses: () => ['FIDO_CERTIFIED_L2'],
      vouches: () => true,
    };
    const passkey = { deviceBound: true, attested: true, aaguid: MODEL };
    expect(worthNow(metadata, passkey, 'high')).toBe('high');
    expect(worthNow(metadata, passkey, 'substantial')).toBe('substantial');
    expect(worthNow(metadata, passkey, 'low')).toBe('low');
  });
});

const clock = frozenClock(new Date('2030-06-10T12:00:00Z'));
let world: World;
let folder: string;
let root: Authority;
let maker: Authority;
let metadata: MetadataFile;
let chen: Card;
const path = () => join(folder, 'blob.jwt');
let touched = 0;

const good: Entry = { aaguid: MODEL, reports: [['FIDO_CERTIFIED_L2']], roots: [] };

async function put(jwt: string): Promise<void> {
  await writeFile(path(), jwt);
  // Two files of one size written within a tick of the disk's clock must not look the same.
  touched += 10_000;
  await utimes(path(), new Date(), new Date(Date.now() + touched));
}

async function publish(
  no: number,
  change: { nextUpdate?: string; entries?: Entry[]; host?: string; root?: Authority; notAfter?: Date } = {},
) {
  const signer = await makeSigner(change.root ?? root, change.host, change.notAfter);
  const entries = change.entries ?? [{ ...good, roots: [maker] }];
  await put(await makeBlob(signer, { no, nextUpdate: change.nextUpdate ?? '2030-07-01', entries }));
  await metadata.refresh();
}

const open = (database: World['database']) =>
  createMetadataFile({
    file: path(),
    root: new Uint8Array(root.certificate.rawData),
    name: BLOB_HOST,
    numbers: createBlobNumbers(database, { clock }),
    clock,
    log: createLogger({ name: 'idp', level: 'silent' }),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-mds-'));
  [root, maker] = [await makeRoot(), await makeRoot()];
  world = await startWorld({
    metadata: (database) => {
      metadata = open(database);
      return metadata;
    },
  });
  chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

async function enrol(authenticator: SoftAuthenticator) {
  const { browser, page, answer } = await cardLogin(world, chen, NATIONAL_ID.chen);
  const data = await enrolPageData(browser, answer);
  const { json } = await browser.post(`${page.place}/passkeys/options`, data.csrfToken);
  const created = await browser.post(`${page.place}/passkeys`, data.csrfToken, {
    name: '金鑰',
    answer: authenticator.create(json, world.url),
  });
  const row = await world.database.one<{
    attested: boolean;
    acr: string;
    device_bound: boolean;
    aaguid: string;
  }>('SELECT attested, acr, device_bound, aaguid FROM passkey ORDER BY created_at DESC, id LIMIT 1');
  return { created, row, options: json as unknown as { attestation: string } };
}

const model = async (attester = maker, aaguid = MODEL) => {
  const leaf = await makeAttester(attester, aaguid);
  return Object.assign(new SoftAuthenticator(), {
    aaguid: Buffer.from(MODEL.replaceAll('-', ''), 'hex'),
    attestation: { chain: [leaf.der], key: leaf.key },
  });
};

describe('the metadata file', () => {
  test('is not there: nothing is asked of the maker, and nobody vouches', async () => {
    await expect(metadata.refresh()).rejects.toThrow('ENOENT');
    expect(metadata.state()).toBe('absent');
    const { options, row } = await enrol(new SoftAuthenticator());
    expect(options.attestation).toBe('none');
    expect(row).toMatchObject({ attested: false, acr: 'substantial' });
  });

  test('signed under the root counts, and is read again when it changes', async () => {
    await publish(10);
    expect(metadata.state()).toBe('fresh');
    expect(metadata.statuses(MODEL)).toEqual(['FIDO_CERTIFIED_L2']);
    await publish(11, { entries: [{ aaguid: OTHER, reports: [['REVOKED']] }] });
    expect(metadata.statuses(MODEL)).toEqual([]);
    expect(metadata.statuses(OTHER)).toEqual(['REVOKED']);
    expect(metadata.current()?.no).toBe(11);
  });

  test.each<[string, () => Promise<void>]>([
    ['an older number', () => publish(10)],
    ['the same number with other words', () => publish(11, { entries: [] })],
    ['another root', async () => publish(20, { root: maker })],
    ['a signer named for somebody else under the same root', () => publish(20, { host: 'shop.test' })],
    ['a signer whose certificate has ended', () => publish(20, { notAfter: new Date('2029-01-01') })],
    [
      'no BLOB at all',
      async () => {
        await put('not.a.jwt');
        await metadata.refresh();
      },
    ],
    [
      'a payload that was changed',
      async () => {
        const signer = await makeSigner(root);
        const jwt = await makeBlob(signer, { no: 20, nextUpdate: '2030-07-01', entries: [] });
        const [head, body = '', signature] = jwt.split('.');
        const payload = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
        const changed = Buffer.from(JSON.stringify({ ...payload, no: 21 })).toString('base64url');
        await put(`${head}.${changed}.${signature}`);
        await metadata.refresh();
      },
    ],
  ])('is refused with %s, and what was in force stays', async (_name, attempt) => {
    await expect(attempt()).rejects.toThrow();
    expect(metadata.current()?.no).toBe(11);
    expect(metadata.statuses(OTHER)).toEqual(['REVOKED']);
  });

  test('cannot go back after a restart either, and the same one is taken again', async () => {
    await publish(12, { nextUpdate: '2030-06-20' });
    const again = open(world.database);
    await again.refresh();
    expect(again.current()?.no).toBe(12);
    const signer = await makeSigner(root);
    await put(await makeBlob(signer, { no: 11, nextUpdate: '2031-01-01', entries: [] }));
    const fresh = open(world.database);
    await expect(fresh.refresh()).rejects.toThrow('older');
    expect(fresh.state()).toBe('absent');
  });

  test('grows stale once the day of its next update is over, by our clock', () => {
    clock.set(new Date('2030-06-20T23:59:59Z'));
    expect(metadata.state()).toBe('fresh');
    clock.set(new Date('2030-06-21T00:00:00Z'));
    expect(metadata.state()).toBe('stale');
    clock.set(new Date('2030-06-10T12:00:00Z'));
  });

  test('a report counts from its date on', async () => {
    await publish(13, {
      entries: [{ ...good, reports: [['FIDO_CERTIFIED_L2'], ['REVOKED', '2030-06-12']] }],
    });
    expect(metadata.statuses(MODEL)).toEqual(['FIDO_CERTIFIED_L2']);
    clock.set(new Date('2030-06-12T00:00:01Z'));
    expect(metadata.statuses(MODEL)).toContain('REVOKED');
    clock.set(new Date('2030-06-10T12:00:00Z'));
  });
});

describe('at enrolment', () => {
  test('a certified model is attested; the card login still bounds what it is worth', async () => {
    await publish(14);
    const { created, row, options } = await enrol(await model());
    expect(options.attestation).toBe('direct');
    expect(created.status).toBe(200);
    expect(row).toMatchObject({ attested: true, device_bound: true, aaguid: MODEL, acr: 'substantial' });
  });

  test('a chain to another root, of another model, or by itself alone vouches for nothing', async () => {
    const stranger = await model(await makeRoot());
    expect((await enrol(stranger)).row).toMatchObject({ attested: false });
    const itself = Object.assign(new SoftAuthenticator(), { attestation: 'self' as const });
    expect((await enrol(itself)).row).toMatchObject({ attested: false });
    const unlisted = await model();
    unlisted.aaguid = Buffer.from(OTHER.replaceAll('-', ''), 'hex');
    // The certificate names one model, the authenticator another (WebAuthn 8.2.1).
    expect((await enrol(unlisted)).created.json.code).toBe('passkey-answer-wrong');
  });

  test('a signature by another key than the certificate’s is refused', async () => {
    const forged = await model();
    forged.attestation = { chain: forged.attestation.chain, key: (await makeAttester(maker, MODEL)).key };
    expect((await enrol(forged)).created.json.code).toBe('passkey-answer-wrong');
  });

  test('synced and device-bound are told apart', async () => {
    const phone = Object.assign(new SoftAuthenticator(), { synced: true });
    expect((await enrol(phone)).row).toMatchObject({ device_bound: false });
    expect((await enrol(new SoftAuthenticator())).row).toMatchObject({ device_bound: true });
  });

  test('a model that proves unsafe is refused, and counts for less or nothing at the next login', async () => {
    const key = await model();
    expect((await enrol(key)).created.status).toBe(200);
    const login = async () => {
      const { Browser, pageData } = await import('./helpers/browser.ts');
      const browser = new Browser(world.url);
      const { page } = await browser.follow('/sign-in');
      return browser.usePasskey(pageData(page, 'sign-in-data'), key);
    };
    expect((await login()).status).toBe(200);
    const broken: Entry = { ...good, roots: [maker], reports: [['USER_KEY_PHYSICAL_COMPROMISE']] };
    await publish(15, { entries: [broken] });
    expect((await login()).status).toBe(200);
    const last = await world.database.one<{ acr: string }>(
      "SELECT acr FROM login WHERE method = 'passkey' ORDER BY started_at DESC LIMIT 1",
    );
    expect(last?.acr).toBe('low');
    await publish(16, { entries: [{ ...broken, reports: [['REVOKED']] }] });
    expect(await login()).toMatchObject({ status: 403, json: { code: 'passkey-model-unsafe' } });
    expect((await enrol(await model())).created.json.code).toBe('passkey-model-unsafe');
  });
});
