import { isAppError } from '@xinlu/common/errors';
import { encryptNested } from '@xinlu/common/keys';
import type { SealedCheck } from '@xinlu/common/wire';
import type { Consent, MyData } from '@xinlu/rp-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callGateway } from '../rp-kit/src/call-gateway.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, SECRETS, startCountry } from './support/country.ts';

type Question = Parameters<MyData['verify']>[1];
type Details = ReturnType<typeof waiver>;

let country: Country;
let flow: Awaited<ReturnType<typeof consentTo>>;
beforeAll(async () => {
  country = await startCountry();
  flow = await consentTo(country, residence(standing()));
});
afterAll(() => country.close());

const codeOf = (error: unknown) => (isAppError(error) ? error.code : String(error));
const CASE = { caseNumber: '社助補字第 1150099 號', reason: '審查租屋補助的設籍條件' };

function residence(rest: Partial<Details[number]> = {}): Details {
  const common = { purpose: 'residence-check', verify: true as const, retention: 'P30D', ...rest };
  return [
    {
      ...common,
      dataset: 'household.members',
      provider: 'household',
      fields: ['registered_since', 'address'],
    },
    { ...common, dataset: 'welfare.low-income-status', provider: 'welfare', fields: ['status'] },
  ];
}

const household = (checks: SealedCheck[]): Question => ({ ...CASE, dataset: 'household.members', checks });
const ask = (question: Question, consent: Consent = flow.consent) =>
  flow.client
    .verify(consent, question)
    .then(({ result }) => result.error?.code ?? result.answers?.map(({ answer }) => answer), codeOf);

describe('when an agency verifies', () => {
  test.each<[SealedCheck[], boolean[]]>([
    [[{ field: 'registered_since', test: 'on-or-before', value: '2025-11-25' }], [true]],
    [[{ field: 'registered_since', test: 'on-or-before', value: '2011-08-20' }], [true]],
    [[{ field: 'registered_since', test: 'on-or-before', value: '2011-08-19' }], [false]],
    [
      [
        { field: 'address', test: 'starts-with', value: '信路市中正區' },
        { field: 'registered_since', test: 'on-or-after', value: '2020-01-01' },
      ],
      [true, false],
    ],
  ])('then %j is answered by %j, without the data', async (checks, answers) => {
    const { result } = await flow.client.verify(flow.consent, household(checks));
    expect(result.answers?.map(({ answer }) => answer)).toEqual(answers);
    expect(result.data).toEqual({});
  });

  test('then the broker and its log hold case, reason and what was tested, and neither bound nor value', async () => {
    await ask(household([{ field: 'address', test: 'starts-with', value: '信路市中正區信義路二段' }]));
    const rows = await country.database.query<{ all: string; verification: unknown; fields: string[] }>(
      `SELECT a::text AS all, verification, fields FROM access_record a WHERE verification IS NOT NULL
       ORDER BY at DESC LIMIT 1`,
    );
    expect(rows[0]?.verification).toEqual({
      case_number: CASE.caseNumber,
      reason: CASE.reason,
      checks: [{ field: 'address', test: 'starts-with' }],
    });
    expect(rows[0]?.fields).toEqual(['address']);
    const everything = `${rows[0]?.all}${country.lines.join('')}${country.connectorLines.join('')}`;
    for (const secret of SECRETS) expect(everything).not.toContain(secret);
  });

  test('then she sees it in her log: an answer only, with case and reason', async () => {
    const page = await (await flow.browser.open(`${country.url('consent')}/accesses?lang=zh-TW`)).text();
    expect(page).toContain('電子查驗：只回答是或否');
    expect(page).toContain(CASE.caseNumber);
    expect(page).toContain(CASE.reason);
  });

  test('then on the consent screen she was told that only yes or no is answered', async () => {
    const { screen } = await askAt(country, residence());
    expect(screen.body).toContain('只回答是或否，不提供內容');
  });
});

describe('when a verification goes beyond what she agreed to, it is refused', () => {
  test.each<[string, SealedCheck[], string]>([
    ['a field she did not grant', [{ field: 'members', test: 'equals', value: 'x' }], 'check-not-granted'],
    [
      'a test that the purpose does not allow',
      [{ field: 'address', test: 'equals', value: 'x' }],
      'check-not-granted',
    ],
    [
      'one check too many',
      [
        { field: 'address', test: 'starts-with', value: 'x' },
        { field: 'registered_since', test: 'equals', value: '2011-08-20' },
      ],
      'check-not-granted',
    ],
  ])('%s', async (_what, checks, code) => {
    expect(await ask(household(checks))).toBe(code);
  });

  test.each<[string, Question]>([
    [
      'no case number',
      { ...household([{ field: 'address', test: 'starts-with', value: 'x' }]), caseNumber: '' },
    ],
    ['no reason', { ...household([{ field: 'address', test: 'starts-with', value: 'x' }]), reason: '' }],
    ['no check', household([])],
  ])('%s', async (_what, question) => {
    expect(await ask(question)).toBe('request-malformed');
  });

  test('the data behind the answers', async () => {
    await expect(flow.client.fetch(flow.consent)).rejects.toMatchObject({ code: 'verification-only' });
  });

  test('answers under a consent to give data', async () => {
    const data = await consentTo(country, waiver(standing()));
    const checks: SealedCheck[] = [{ field: 'members', test: 'equals', value: 'x' }];
    expect(await ask(household(checks), data.consent)).toBe('verification-not-granted');
  });

  test('a range that does not fit the field', async () => {
    const checks: SealedCheck[] = [{ field: 'registered_since', test: 'on-or-before', value: 'yesterday' }];
    expect(await ask(household(checks))).toBe('check-unfit');
  });

  test('sealed checks that are others than the broker and she can see', async () => {
    const { keys } = country;
    const url = country.gatewayUrl;
    const register = () => country.view;
    const clock = country.deps.clock;
    const gateway = { url, keys: keys.school, register, clock, timeoutMilliseconds: 10_000, fetch };
    const key = country.view.encryptionKey('household');
    if (key === undefined) throw new Error('no key');
    const verification = {
      case_number: CASE.caseNumber,
      reason: CASE.reason,
      checks: [{ field: 'address', test: 'starts-with' as const }],
      sealed: await encryptNested(
        JSON.stringify([{ field: 'registered_since', test: 'on-or-before', value: '2020-01-01' }]),
        key,
      ),
    };
    const [result] = await callGateway(gateway, flow.consent, ['household.members'], verification);
    expect(result?.error?.code).toBe('verification-mismatch');
  });

  test('before she is ever asked: fields that the purpose does not verify, and a private party', async () => {
    const [first] = residence();
    const wide = [{ ...first, fields: ['members'] }] as Details;
    await expect(askAt(country, wide)).rejects.toMatchObject({ code: 'login-refused' });
    const data = [{ ...first, verify: undefined }] as unknown as Details;
    await expect(askAt(country, data)).rejects.toMatchObject({ code: 'login-refused' });
    await expect(askAt(country, residence(), 'bank')).rejects.toMatchObject({ code: 'login-refused' });
  });
});

test('when the purpose’s quota is used up, then nothing more is answered in that period', async () => {
  const quick = await consentTo(country, residence(standing()));
  const { domain } = country.consent;
  const purpose = domain.catalogue.purposes.get('residence-check');
  if (purpose?.ceilings.verification === undefined) throw new Error('no purpose');
  const tight = {
    ...purpose,
    ceilings: {
      ...purpose.ceilings,
      verification: { ...purpose.ceilings.verification, quota: { count: 2, period: 'P1D' } },
    },
  };
  const before = domain.catalogue;
  domain.catalogue = { ...before, purposes: new Map(before.purposes).set(tight.id, tight) };
  const question = household([{ field: 'address', test: 'starts-with', value: '信路市' }]);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => ask(question, quick.consent)));
  domain.catalogue = before;
  expect(outcomes.filter((one) => Array.isArray(one))).toHaveLength(2);
  expect(outcomes.filter((one) => one === 'quota-exceeded')).toHaveLength(4);
});
