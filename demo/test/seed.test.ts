import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Genesis } from '@xinlu/common/wire';
import { parseGenesis } from '@xinlu/common/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cardPlans } from '../src/country/cards.ts';
import { citizens } from '../src/country/citizens.ts';
import { readJson, writePrivateJson } from '../src/country/files.ts';
import { isNationalId } from '../src/country/national-id.ts';
import type { CardRecord } from '../src/seed/cards.ts';
import type { OperatorRecord } from '../src/seed/operators.ts';
import type { TrustAnchors } from '../src/seed/trust-anchors.ts';
import { emptyCountry, seededCountry, type TestCountry } from './country.ts';

const allFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

const contentsOf = (folder: string): string[] =>
  allFiles(folder).map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);

describe('the seed of the demo country', () => {
  let country: TestCountry;
  beforeEach(async () => {
    country = await seededCountry();
  });
  afterEach(() => country.remove());

  test('when it runs twice, then the second run changes no byte', async () => {
    const before = contentsOf(country.folder);
    await country.seed();
    expect(contentsOf(country.folder)).toEqual(before);
  });

  test('when the block of ports moves, then addresses change and keys and cards stay', async () => {
    const card = readFileSync(country.files.card('lin-yijun', 'certificate.der'));
    const before = readJson<Genesis>(country.files.genesis);
    await country.seed(5000);
    const after = readJson<Genesis>(country.files.genesis);
    expect(readFileSync(country.files.card('lin-yijun', 'certificate.der'))).toEqual(card);
    expect(after.participants.map(({ id, keys, validFrom }) => ({ id, keys, validFrom }))).toEqual(
      before.participants.map(({ id, keys, validFrom }) => ({ id, keys, validFrom })),
    );
    expect(after.participants.find(({ id }) => id === 'school')?.homepage).toBe('http://localhost:5010');
    expect(readJson<TrustAnchors>(country.files.pki).crls[0]?.url).toMatch(/^http:\/\/localhost:5016\//);
  });

  test('when it has run, then nobody but the owner can read any of its files', () => {
    for (const path of allFiles(country.folder)) expect(statSync(path).mode & 0o077).toBe(0);
  });

  test('when the genesis is read, then it is well-formed, without private key members and without the library', () => {
    const genesis = parseGenesis.parse(readJson(country.files.genesis));
    expect(genesis.participants.map(({ id }) => id)).toEqual([
      'idp',
      'consent',
      'ledger',
      'admin',
      'school',
      'bank',
      'land-office',
      'household',
      'welfare',
      'tax',
      'civil-registry',
      'land',
      'vehicle',
      'business',
      'health-insurance',
      'labour-insurance',
      'energy',
      'district-office',
      'zhongzheng-office',
      'moica-g3',
      'moica-g4',
      'moeaca',
      'xca',
      'gca',
      'hica',
    ]);
    expect(JSON.stringify(genesis)).not.toContain('"d":');
    const oids = genesis.participants.map(({ oid }) => oid);
    expect(new Set(oids).size).toBe(oids.length);
    const kids = genesis.participants.flatMap(({ keys }) => keys.map(({ kid }) => kid));
    expect(new Set(kids).size).toBe(kids.length);
  });

  test('when two countries are seeded, then their operators have different codes, known to the genesis as hashes only', async () => {
    const other = await emptyCountry();
    await other.seed();
    try {
      const codes = [country, other].flatMap(({ files }) => readJson<OperatorRecord[]>(files.operators));
      expect(new Set(codes.map(({ enrolmentCode }) => enrolmentCode)).size).toBe(4);
      const text = readFileSync(country.files.genesis, 'utf8');
      for (const { enrolmentCode } of codes.slice(0, 2)) {
        expect(text).not.toContain(enrolmentCode);
        expect(text).toContain(createHash('sha256').update(enrolmentCode).digest('hex'));
      }
    } finally {
      other.remove();
    }
  });

  test('when the trust anchors are read, then they are the root alone, and the register lists who is below it', () => {
    const pki = readJson<TrustAnchors>(country.files.pki);
    expect(pki.anchors).toHaveLength(1);
    const all = pki.anchors.map((text) =>
      createHash('sha256').update(Buffer.from(text, 'base64')).digest('hex'),
    );
    expect(pki.crls.map(({ issuer }) => issuer)).toEqual(all);
    expect(pki).not.toHaveProperty('authorities');
    const entries = readJson<Genesis>(country.files.genesis).participants.flatMap(
      ({ certificateAuthority: entry }) => entry ?? [],
    );
    expect(entries.map(({ identity }) => identity)).toEqual([
      'citizen',
      'citizen',
      'organisation',
      'organisation',
      'agency',
      'health-insured',
    ]);
    expect(entries.every(({ crls }) => crls.length === 1)).toBe(true);
  });

  test('when the country is from before its register listed authorities, then the file goes on listing them', async () => {
    const [moica] = readJson<Genesis>(country.files.genesis).participants.flatMap(
      ({ certificateAuthority: entry }) => entry ?? [],
    );
    const ca = createHash('sha256')
      .update(Buffer.from(moica?.certificate ?? '', 'base64'))
      .digest('hex');
    const policies = moica?.policies ?? [];
    const former = { ca, identity: 'citizen', maximumAcr: 'high', policies };
    writePrivateJson(country.files.pki, {
      ...readJson<TrustAnchors>(country.files.pki),
      authorities: [former],
    });
    await country.seed();
    const pki = readJson<TrustAnchors>(country.files.pki);
    expect(pki).toMatchObject({ authorities: [former], intermediates: [moica?.certificate] });
    expect(pki.crls.map(({ issuer }) => issuer)).toContain(ca);
  });

  test('when a card is personalised, then its key fits its certificate, which names the citizen but not her ID', () => {
    for (const plan of cardPlans) {
      const card = readJson<CardRecord>(country.files.card(plan.id, 'card.json'));
      const certificate = new X509Certificate(readFileSync(country.files.card(plan.id, 'certificate.der')));
      const key = readFileSync(country.files.card(plan.id, 'key.pem'));
      expect(certificate.serialNumber).toBe(card.serial);
      const { CN, O } = certificate.toLegacyObject().subject;
      expect(CN ?? O).toBe(card.name);
      expect(certificate.publicKey.equals(createPublicKey(key))).toBe(true);
      if (card.nationalId === undefined) continue;
      expect(certificate.raw.includes(Buffer.from(card.nationalId))).toBe(false);
      expect(certificate.raw.includes(Buffer.from(card.nationalId.slice(-4)))).toBe(true);
    }
  });

  test('when the inhabitants are counted, then their IDs are distinct and their check digits hold', () => {
    const ids = citizens.map(({ nationalId }) => nationalId);
    expect(ids.every(isNationalId)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('when a seed was cut off between two files, then the next run completes it', async () => {
  const country = await emptyCountry();
  try {
    await country.seed();
    rmSync(country.files.card('chen-zhiming', 'card.json'));
    rmSync(country.files.authority('moeaca', 'certificate.der'));
    await country.seed();
    const card = readJson<CardRecord>(country.files.card('chen-zhiming', 'card.json'));
    expect(
      new X509Certificate(readFileSync(country.files.card('chen-zhiming', 'certificate.der'))).serialNumber,
    ).toBe(card.serial);
  } finally {
    country.remove();
  }
});
