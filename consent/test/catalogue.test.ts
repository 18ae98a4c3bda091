import { Compile } from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from '../src/adapters/catalogue-files.ts';
import { keepCatalogue } from '../src/adapters/catalogue-postgres.ts';
import { buildCatalogue, type Catalogue, type Purpose } from '../src/domain/catalogue.ts';
import { grantConsent } from '../src/domain/decide-consent.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

const catalogue = await readCatalogue(new URL('../catalogue/', import.meta.url));
const datasets = [...catalogue.datasets.values()];
const purposes = [...catalogue.purposes.values()];

/** The same catalogue with one purpose changed. */
function withPurpose(id: string, change: Partial<Purpose>): Catalogue {
  return buildCatalogue(
    'next',
    datasets,
    purposes.map((purpose) => (purpose.id === id ? { ...purpose, ...change } : purpose)),
  );
}

describe('the catalogue', () => {
  test('when it is read, then eight agencies and a company stand in it, with basis, purposes and categories', () => {
    expect(new Set(datasets.map(({ provider }) => provider))).toEqual(
      new Set([
        'household',
        'land',
        'tax',
        'vehicle',
        'business',
        'health-insurance',
        'labour-insurance',
        'welfare',
        'energy',
      ]),
    );
    for (const { file, fields } of datasets) {
      expect(file.legalBasis['zh-TW']).toMatch(/第 \d+ 條/);
      expect(file.categories.every(({ code }) => code.startsWith('C'))).toBe(true);
      for (const { schema } of Object.values(fields)) expect(Compile(schema).Check(undefined)).toBe(false);
    }
  });

  test.each([
    [
      'a ceiling over an unknown field',
      { ceilings: { datasets: { 'tax.income': ['dna'] }, retention: 'P1Y' } },
    ],
    [
      'a ceiling over an unknown dataset',
      { ceilings: { datasets: { 'tax.none': ['year'] }, retention: 'P1Y' } },
    ],
    ['no legal basis', { legalBasis: undefined }],
    ['a term that is not of DPV', { dpv: ['marketing'] }],
  ])('when a purpose has %s, then it is refused', (_what, change) => {
    const changed = purposes.map((purpose) => ({ ...purpose, ...change }));
    expect(() => buildCatalogue('x', datasets, changed)).toThrow(
      expect.objectContaining({ code: 'catalogue-malformed' }),
    );
  });

  test('when an item is named twice, then it is refused', () => {
    expect(() => buildCatalogue('x', [...datasets, datasets[0]], purposes)).toThrow(
      expect.objectContaining({ code: 'catalogue-malformed' }),
    );
  });
});

describe('when the catalogue moves on', () => {
  let country: Country;
  beforeAll(async () => {
    country = await startCountry();
  });
  afterAll(() => country.close());

  const words = { 'zh-TW': '另一個用途', en: 'Another purpose' };

  test('then a version whose content changed stops the start, and a new version does not', async () => {
    const { database } = country;
    await expect(
      keepCatalogue(database, withPurpose('tuition-waiver', { title: words })),
    ).rejects.toMatchObject({ code: 'catalogue-version-changed' });
    const history = await keepCatalogue(database, withPurpose('rent-subsidy', { title: words, version: 2 }));
    expect(await history.version('purpose', 'rent-subsidy', 2)).toMatchObject({ title: words });
    expect(await history.version('purpose', 'rent-subsidy', 1)).toMatchObject({
      title: { en: 'Rent subsidy application' },
    });
    await expect(database.query("UPDATE catalogue_item SET digest = 'x'")).rejects.toThrow('append-only');
  });

  test('then what she agreed to under the old purpose is refused until she is asked again', async () => {
    const { domain } = country.consent;
    const { consent, client, browser } = await consentTo(country, waiver(standing()));
    await client.fetch(consent, ['household.members']);
    const before = domain.catalogue;
    domain.catalogue = withPurpose('tuition-waiver', { version: 2 });
    try {
      await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'purpose-changed', status: 403 });
      const stale = { ...consent, accessTokenExpiresAt: new Date(0).toISOString() };
      await expect(client.fetch(stale)).rejects.toMatchObject({ code: 'purpose-changed' });
      const home = await (await browser.open(`${country.url('consent')}/`)).text();
      expect(home).toContain('用途已變更');
      const again = await consentTo(country, waiver(standing()));
      const { results } = await again.client.fetch(again.consent, ['household.members']);
      expect(results[0]?.data).toBeDefined();
    } finally {
      domain.catalogue = before;
    }
  });

  test('then a page opened under the old purpose can no longer be agreed to', async () => {
    const { domain } = country.consent;
    const { login } = await askAt(country, waiver());
    const rows = await country.database.query<{ id: string }>(
      "SELECT id FROM consent WHERE state = 'requested' ORDER BY requested_at DESC LIMIT 1",
    );
    const asked = await domain.consents.find(rows[0]?.id ?? '');
    if (asked === undefined) throw new Error('no request');
    const before = domain.catalogue;
    domain.catalogue = withPurpose('tuition-waiver', { version: 2 });
    const decision = { chosen: new Map(), accessToken: login.accessToken, lang: 'en' as const };
    await expect(grantConsent(domain, asked, decision)).rejects.toMatchObject({ code: 'purpose-changed' });
    domain.catalogue = before;
  });

  test('then each version is open to everybody, and no other', async () => {
    const base = `${country.url('consent')}/catalogue`;
    const old = await (await fetch(`${base}/purposes/tuition-waiver/1`)).json();
    expect(old).toMatchObject({ id: 'tuition-waiver', version: 1 });
    for (const path of ['purposes/tuition-waiver/9', 'purposes/none/1', 'datasets/tax.income/0', 'x/y/1'])
      expect([400, 404]).toContain((await fetch(`${base}/${path}`)).status);
  });

  test('then the files of personal data are published with basis, purposes and categories in both languages', async () => {
    const url = `${country.url('consent')}/personal-data-files`;
    const zh = await (await fetch(`${url}?lang=zh-TW`)).text();
    const en = await (await fetch(`${url}?lang=en`)).text();
    for (const { file } of datasets) {
      for (const [text, lang] of [
        [zh, 'zh-TW'],
        [en, 'en'],
      ] as const) {
        expect(text).toContain(file.name[lang]);
        expect(text).toContain(file.legalBasis[lang]);
        for (const { code, title } of [...file.purposes, ...file.categories])
          expect(text).toContain(`${code} ${title[lang]}`);
      }
    }
  });
});
