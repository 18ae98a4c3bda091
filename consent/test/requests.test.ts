import { isAppError } from '@xinlu/common/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
let idToken: string;
let subject: string;
beforeAll(async () => {
  country = await startCountry();
  const login = await country.loginAt('school', new Browser());
  idToken = login.idToken;
  subject = login.claims.sub;
});
afterAll(() => country.close());

async function push(details: unknown, hint: string = idToken): Promise<{ error: string; words: string }> {
  try {
    await country.myData('school').ask({ idToken: hint, subject, details: details as never });
    return { error: 'none', words: '' };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { error: String(error.extra['error']), words: error.publicMessage };
  }
}

const [household, welfare] = waiver();
const far = new Date(Date.now() + 800 * 86_400_000).toISOString();

describe('when a relying party asks for too much, it is refused before anybody is asked', () => {
  test.each([
    ['an unknown purpose', [{ ...household, purpose: 'marketing' }], 'purpose-unknown'],
    [
      'a purpose it is not admitted to',
      [{ ...household, purpose: 'credit-card-application' }],
      'purpose-not-admitted',
    ],
    ['an unknown dataset', [{ ...household, dataset: 'health.records' }], 'dataset-unknown'],
    [
      'a dataset beyond the purpose',
      [{ ...household, dataset: 'tax.income', provider: 'tax', fields: ['year'], optional: [] }],
      'dataset-beyond-purpose',
    ],
    ['another provider', [{ ...household, provider: 'welfare' }], 'provider-wrong'],
    ['an unknown field', [{ ...household, fields: ['members', 'dna'], optional: [] }], 'field-unknown'],
    [
      'an inherited name as field',
      [{ ...household, fields: ['members', 'constructor'], optional: [] }],
      'field-unknown',
    ],
    [
      'an optional field not among the fields',
      [{ ...household, optional: ['registered_since'] }],
      'optional-unknown',
    ],
    ['nothing but optional fields', [{ ...household, optional: ['members', 'address'] }], 'nothing-required'],
    ['keeping it too long', [{ ...household, retention: 'P50Y' }], 'retention-beyond-purpose'],
    ['an end too far away', [{ ...household, until: far }], 'until-beyond-purpose'],
    ['an end in the past', [{ ...household, until: '2020-01-01T00:00:00Z' }], 'until-past'],
    ['an end that is no day', [{ ...household, until: '2027-13-45T00:00:00Z' }], 'until-past'],
    [
      'too often',
      [{ ...household, ...standing(), frequency: { count: 1000, period: 'P1D' } }],
      'frequency-beyond-purpose',
    ],
    [
      'a frequency of nothing',
      [{ ...household, ...standing(), frequency: { count: 1, period: 'P0D' } }],
      'frequency-beyond-purpose',
    ],
    [
      'a frequency for one use',
      [{ ...household, frequency: { count: 1, period: 'P1D' } }],
      'frequency-without-until',
    ],
    [
      'two purposes at once',
      [household, { ...welfare, purpose: 'credit-card-application' }],
      'purpose-not-admitted',
    ],
    [
      'two ends',
      [
        { ...household, ...standing(10) },
        { ...welfare, ...standing(20) },
      ],
      'until-mixed',
    ],
    [
      'two frequencies',
      [
        { ...household, ...standing(10), frequency: { count: 1, period: 'P1D' } },
        { ...welfare, until: standing(10).until },
      ],
      'frequency-mixed|until-mixed',
    ],
    ['two retentions', [household, { ...welfare, retention: 'P2Y' }], 'retention-mixed'],
    ['a dataset twice', [household, household], 'dataset-twice'],
    ['an unknown member', [{ ...household, encryption_key: 'mine' }], 'authorization-detail-malformed'],
    ['no retention', [{ ...household, retention: undefined }], 'authorization-detail-malformed'],
    ['nothing at all', [], 'details-missing'],
  ])('%s', async (_what, details, code) => {
    const { error, words } = await push(details);
    expect(error).toBe('invalid_authorization_details');
    expect(words).toMatch(new RegExp(code));
  });

  test('another type', async () => {
    const { error } = await push([{ ...household, type: 'payment' }]);
    expect(error).toBe('invalid_authorization_details');
  });
});

describe('when the hint is wrong', () => {
  test.each([
    ['no JWT', async () => 'nonsense'],
    ["another party's", async () => (await country.loginAt('bank', new Browser())).idToken],
    ['with a changed signature', async () => `${idToken.slice(0, -8)}AAAAAAAA`],
  ])('%s: invalid_request', async (_what, hint) => {
    expect((await push(waiver(), await hint())).error).toBe('invalid_request');
  });

  test('missing: invalid_request', async () => {
    expect((await push(waiver(), '')).error).toBe('invalid_request');
  });
});

test('when nothing is wrong, the request is taken', async () => {
  expect((await push(waiver(standing()))).error).toBe('none');
});
