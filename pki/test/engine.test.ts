import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RevocationEngine, type RevocationEngineOptions, validateCertificate } from '../src/index.ts';
import { type Entry, makeCrl, reasonCode } from './authority/crls.ts';
import { day, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';
import { testKey } from './authority/keys.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'CN=CA');
const leaf = makeLeaf(ca, { serial: 0xabcn });

let folder: string;
let server: Server;
let published: Map<string, Uint8Array>;
let engines: RevocationEngine[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-pki-'));
  published = new Map([
    ['/root.crl', makeCrl({ issuer: root })],
    ['/ca.crl', makeCrl({ issuer: ca, number: 5 })],
  ]);
  engines = [];
  server = createServer((request, response) => {
    if (request.url === '/moved.crl') return response.writeHead(302, { location: '/ca.crl' }).end();
    const octets = published.get(request.url ?? '');
    return octets ? response.end(octets) : response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const urlOf = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

function engineOf(more: Partial<RevocationEngineOptions> = {}): RevocationEngine {
  const engine = new RevocationEngine({
    sources: [
      { issuer: root.der, url: urlOf('/root.crl') },
      { issuer: ca.der, url: urlOf('/ca.crl') },
    ],
    fetch,
    folder,
    clock: { now: () => NOW },
    refreshSeconds: 3600,
    ...more,
  });
  engines.push(engine);
  return engine;
}

const decide = (engine: RevocationEngine, time = NOW) =>
  validateCertificate({
    leaf: leaf.der,
    intermediates: [ca.der],
    anchors: [root.der],
    time,
    revocation: 'required',
    revocationIndex: engine.index,
  });

const revoking = (number: number) =>
  makeCrl({ issuer: ca, number, entries: [{ serial: 0xabcn, reason: 1 }] });

describe('when the engine runs', () => {
  test('then certificates are decided from its index, and a new list swaps it and is told', async () => {
    let swaps = 0;
    const engine = engineOf({
      onChange: () => {
        swaps += 1;
      },
    });
    expect(decide(engine)).toMatchObject({ code: 'revocation-unknown' });
    await engine.start();
    expect(decide(engine)).toMatchObject({ valid: true });
    const before = engine.index;
    const swapsBefore = swaps;
    published.set('/ca.crl', revoking(6));
    await engine.refresh();
    expect(decide(engine)).toMatchObject({ code: 'certificate-revoked' });
    expect(swaps).toBe(swapsBefore + 1);
    expect(engine.index).not.toBe(before);
    expect(engine.isRevoked(ca.der, leaf.certificate.serial)).toBe(true);
    expect(engine.isRevoked(ca.der, 'ABD')).toBe(false);
    expect(engine.isRevoked(root.der, leaf.certificate.serial)).toBe(false);
    expect(engine.findRevocation(ca.der, leaf.certificate.serial)).toMatchObject({ reason: 'keyCompromise' });
    await engine.refresh();
    expect(swaps).toBe(swapsBefore + 1);
  });

  test('then a restart without network decides from disk', async () => {
    published.set('/ca.crl', revoking(6));
    const first = engineOf();
    await first.start();
    await first.stop();
    published.clear();
    const second = engineOf();
    await second.start();
    expect(decide(second)).toMatchObject({ code: 'certificate-revoked' });
    expect(second.status()[1]).toMatchObject({
      state: 'fresh',
      number: '6',
      entries: 1,
      lastError: { code: 'source-refused' },
    });
  });

  test('then a source that fails keeps its last list, until that expires', async () => {
    let now = NOW;
    const engine = engineOf({ clock: { now: () => now } });
    await engine.start();
    published.clear();
    await engine.refresh();
    expect(decide(engine)).toMatchObject({ valid: true });
    now = day(8);
    expect(decide(engine, now)).toMatchObject({ code: 'crl-expired' });
    expect(engine.status()[0]).toMatchObject({ state: 'expired', failuresInARow: 1, ageSeconds: 9 * 86_400 });
  });

  test.each([
    ['an older number', () => makeCrl({ issuer: ca, number: 4 }), 'crl-number-went-back'],
    [
      'the same number with an earlier date',
      () => makeCrl({ issuer: ca, number: 5, thisUpdate: day(-2) }),
      'crl-number-went-back',
    ],
    [
      'a forged list',
      () => makeCrl({ issuer: { name: ca.name, key: testKey('p256', 'forger') }, number: 9 }),
      'crl-signature-invalid',
    ],
    ['the list of another authority', () => makeCrl({ issuer: root, number: 9 }), 'crl-issuer-mismatch'],
    ['something else', () => Buffer.from('<html>maintenance</html>'), 'crl-malformed'],
  ])('then %s is not taken up', async (_, make, code) => {
    const engine = engineOf();
    await engine.start();
    published.set('/ca.crl', make());
    await engine.refresh();
    expect(engine.status()[1]).toMatchObject({ number: '5', lastError: { code }, state: 'fresh' });
    expect(decide(engine)).toMatchObject({ valid: true });
  });

  test('then redirects, large answers and closed ports are failures with a code', async () => {
    const sources = ['/moved.crl', '/ca.crl'].map((path) => ({ issuer: ca.der, url: urlOf(path) }));
    const engine = engineOf({
      sources: [...sources, { issuer: ca.der, url: 'http://127.0.0.1:9/x' }],
      maxBytes: 16,
    });
    await engine.start();
    expect(engine.status().map((s) => s.lastError?.code)).toEqual([
      'source-unreachable',
      'source-too-large',
      'source-unreachable',
    ]);
    expect(engine.status().every((s) => s.state === 'missing')).toBe(true);
  });

  test('then a long list goes through a thread and comes out the same', async () => {
    const entries = Array.from({ length: 20_000 }, (_, i) => ({
      serial: 0x1000_0000 + i * 7,
      reason: i % 7,
    }));
    published.set('/ca.crl', makeCrl({ issuer: ca, number: 6, entries: [...entries, { serial: 0xabcn }] }));
    const engine = engineOf();
    await engine.start();
    expect(engine.status()[1]).toMatchObject({ entries: 20_001, lastError: null });
    expect(decide(engine)).toMatchObject({ code: 'certificate-revoked' });
    expect(entries.every(({ serial }) => engine.isRevoked(ca.der, serial.toString(16)))).toBe(true);
    expect(engine.isRevoked(ca.der, '10000001')).toBe(false);
    const forged = makeCrl({ issuer: { name: ca.name, key: testKey('p256', 'forger') }, number: 7, entries });
    published.set('/ca.crl', forged);
    await engine.refresh();
    expect(engine.status()[1]).toMatchObject({
      entries: 20_001,
      lastError: { code: 'crl-signature-invalid' },
    });
  });

  test('then it asks again by itself', async () => {
    let tell = (): void => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const engine = engineOf({
      refreshSeconds: 0.02,
      onChange: () => {
        if (engine.isRevoked(ca.der, 'ABC')) tell();
      },
    });
    await engine.start();
    published.set('/ca.crl', revoking(6));
    await told;
    expect(decide(engine)).toMatchObject({ code: 'certificate-revoked' });
  });

  test('then a delta from a source of its own adds to the complete list and takes from it', async () => {
    published.set('/ca.crl', makeCrl({ issuer: ca, number: 5, entries: [{ serial: 7, reason: 6 }] }));
    const delta = (entries: { serial: number | bigint; reason: number }[], number: number) =>
      makeCrl({ issuer: ca, number, baseNumber: 5, entries });
    published.set('/delta.crl', delta([{ serial: 0xabcn, reason: 1 }], 6));
    const sources = ['/root.crl', '/ca.crl', '/delta.crl'].map((path) => ({
      issuer: path === '/root.crl' ? root.der : ca.der,
      url: urlOf(path),
    }));
    const engine = engineOf({ sources });
    await engine.start();
    expect(decide(engine)).toMatchObject({ code: 'certificate-revoked' });
    expect([engine.isRevoked(ca.der, 'ABC'), engine.isRevoked(ca.der, '7')]).toEqual([true, true]);
    published.set('/delta.crl', delta([{ serial: 7, reason: 8 }], 7));
    await engine.refresh();
    expect(decide(engine)).toMatchObject({ valid: true });
    expect([engine.isRevoked(ca.der, 'ABC'), engine.isRevoked(ca.der, '7')]).toEqual([false, false]);
  });

  test('then a decision from the index can be replayed from the list itself', async () => {
    const { replayDecision } = await import('../src/index.ts');
    published.set('/ca.crl', revoking(6));
    const engine = engineOf();
    await engine.start();
    const materials = [leaf.der, ca.der, root.der, ...published.values()];
    expect(replayDecision(decide(engine).evidence, materials)).toMatchObject({ same: true });
  });
});

describe('what has come to a list', () => {
  test('is each serial of this authority that was not there for this reason, whatever its length', async () => {
    const publish = (entries: Entry[], number: number) =>
      published.set('/ca.crl', makeCrl({ issuer: ca, number, entries }));
    publish([{ serial: 1n }, { serial: 0x80n }, { serial: 0x7fffffn, extensions: [reasonCode(6)] }], 6);
    const engine = engineOf();
    await engine.start();
    const before = engine.index;
    expect([...engine.listed(ca.der)].toSorted()).toEqual(['1', '7FFFFF', '80']);
    expect([...engine.listed(ca.der, before)]).toEqual([]);
    const long = 0xff00aabbccddeeff00112233n;
    publish(
      [
        { serial: 1n },
        { serial: 0x80n },
        { serial: 0x7fffffn, extensions: [reasonCode(1)] },
        { serial: long },
      ],
      7,
    );
    await engine.refresh();
    expect([...engine.listed(ca.der, before)].toSorted()).toEqual([
      '7FFFFF',
      long.toString(16).toUpperCase(),
    ]);
    expect([...engine.listed(root.der, before)]).toEqual([]);
  });
});
