import type { Release } from '@xinlu/rp-kit';
import { describe, expect, test } from 'vitest';
import { bank, decideCard } from '../src/agencies/relying-party/bank/profile.ts';
import { factsFrom } from '../src/agencies/relying-party/decision.ts';
import { decidePermit, districtOffice } from '../src/agencies/relying-party/district-office/profile.ts';
import { decideWaiver, school } from '../src/agencies/relying-party/school/profile.ts';

const now = new Date('2026-11-21T03:00:00Z');
const student = { student_name: '林子喆', student_number: '1120386' };

const answer = (dataset: string, data: Record<string, unknown>) => ({
  provider: dataset.split('.')[0] ?? '',
  dataset,
  accessId: '0193a1b2-0000-7000-8000-000000000000',
  data,
});
const members = (...names: string[]) =>
  answer('household.members', {
    members: names.map((name) => ({ name, relation: '子女', born: '2009-09-03' })),
  });
const status = (value: string, validUntil: string | null) =>
  answer('welfare.low-income-status', { status: value, valid_until: validUntil });

describe('the waiver', () => {
  const decide = (...results: Parameters<typeof factsFrom>[0]) =>
    decideWaiver(student, factsFrom(results), now);

  test('when the household has low income and holds the student, then all is waived', () => {
    expect(decide(status('low-income', '2027-12-31'), members('林怡君', '林子喆'))).toEqual({
      outcome: 'approved',
      reason: 'full',
      amount: 0,
    });
  });
  test('when it is middle-to-low income, then 60 percent is waived', () => {
    expect(decide(status('middle-low-income', '2026-11-21'), members('林子喆'))).toEqual({
      outcome: 'approved',
      reason: 'partial',
      amount: 11_456,
    });
  });
  test('when there is no status, or it ended yesterday, then it is declined', () => {
    expect(decide(status('none', null), members('林子喆')).reason).toBe('no-status');
    expect(decide(status('low-income', '2026-11-20'), members('林子喆')).reason).toBe('expired');
    expect(decide(status('low-income', null), members('林子喆')).reason).toBe('expired');
  });
  test('when the student is of another household, then a person looks at it', () => {
    expect(decide(status('low-income', '2027-12-31'), members('林怡君')).outcome).toBe('by-hand');
  });
  test('when a provider did not answer or answered nonsense, then nothing is approved', () => {
    expect(decide(status('low-income', '2027-12-31')).reason).toBe('incomplete');
    expect(decide(members('林子喆')).reason).toBe('incomplete');
    expect(
      decide(status('low-income', '2027-12-31'), answer('household.members', { members: '林子喆' })).reason,
    ).toBe('incomplete');
    expect(
      decide(status('low-income', '2027-12-31'), {
        provider: 'household',
        dataset: 'household.members',
        error: { code: 'provider-away', title: 'away' },
      }).reason,
    ).toBe('incomplete');
  });
});

describe('the card', () => {
  const income = (amount: unknown) => answer('tax.income', { annual_income: amount, year: 2025 });
  const decide = (...results: Parameters<typeof factsFrom>[0]) => decideCard({}, factsFrom(results));

  test('when the income suffices, then the limit is two months of it, in whole ten thousands', () => {
    expect(decide(income(1_260_000), members('陳志明', '許雅雯'))).toEqual({
      outcome: 'approved',
      reason: 'limit',
      amount: 210_000,
    });
    expect(decide(income(9_000_000), members('甲')).amount).toBe(300_000);
  });
  test('when it does not, or data are missing or absurd, then a person looks at it', () => {
    expect(decide(income(318_000), members('林怡君', '林子喆', '周玉堃')).outcome).toBe('by-hand');
    for (const wrong of ['1260000', Number.NaN, null, undefined])
      expect(decide(income(wrong), members('甲')).reason).toBe('incomplete');
    expect(decide(income(1_260_000), members()).reason).toBe('incomplete');
    expect(decide(members('甲')).reason).toBe('incomplete');
  });
});

describe('what a party asks for', () => {
  test('when the school asks, then it is for one purpose, standing, with one end in the future', () => {
    const details = school.request(now);
    expect(new Set(details.map(({ purpose }) => purpose))).toEqual(new Set(['tuition-waiver']));
    expect(new Set(details.map(({ until }) => until)).size).toBe(1);
    expect(new Date(details[0]?.until ?? 0).getTime()).toBeGreaterThan(now.getTime());
  });
  test('when the bank asks, then it is for once, without the address, and only the demonstration asks for more', () => {
    const details = bank.request(now);
    expect(details.every(({ until, frequency }) => until === undefined && frequency === undefined)).toBe(
      true,
    );
    expect(details.flatMap(({ fields }) => fields)).not.toContain('address');
    expect(bank.excessiveRequest?.(now).flatMap(({ fields }) => fields)).toContain('address');
  });
});

describe('the school form', () => {
  test('when the student is not on the roll, then the fault says so', () => {
    expect(school.check('zh-TW', student)).toEqual([]);
    expect(school.check('zh-TW', { student_name: '王小明', student_number: '1120386' })).toHaveLength(1);
    expect(school.check('zh-TW', {}).map(({ name }) => name)).toEqual(['student_name', 'student_number']);
  });
});

describe('when the district office hears yes or no', () => {
  const answers = (address?: boolean, since?: boolean): Release[] => [
    {
      provider: 'household',
      dataset: 'household.members',
      accessId: 'a',
      data: {},
      answers: [
        ...(address === undefined
          ? []
          : [{ field: 'address', test: 'starts-with' as const, answer: address }]),
        ...(since === undefined
          ? []
          : [{ field: 'registered_since', test: 'on-or-before' as const, answer: since }]),
      ],
    },
  ];
  test.each([
    [true, true, 'approved', 'approved'],
    [false, true, 'declined', 'elsewhere'],
    [true, false, 'declined', 'too-new'],
    [true, undefined, 'by-hand', 'incomplete'],
    [undefined, undefined, 'by-hand', 'incomplete'],
  ])('then %s and %s leads to %s', (address, since, outcome, reason) => {
    expect(decidePermit({}, factsFrom(answers(address, since)))).toEqual({ outcome, reason });
  });

  test('then the address itself would not count as an answer', () => {
    const facts = new Map([
      ['household.members', { address: '信路市大安區', registered_since: '2018-03-02' }],
    ]);
    expect(decidePermit({}, facts).reason).toBe('incomplete');
  });

  test('then it asks for the day a year ago by the calendar of Taipei', () => {
    const { checks } = districtOffice.verification?.question('c', new Date('2026-12-31T16:30:00Z')) ?? {};
    expect(checks?.map(({ value }) => value)).toEqual(['信路市大安區', '2026-01-01']);
  });
});
