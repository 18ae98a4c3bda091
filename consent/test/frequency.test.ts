import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from '../src/adapters/catalogue-files.ts';
import type { Catalogue } from '../src/domain/catalogue.ts';
import { checkDetail } from '../src/domain/check-details.ts';
import { daysOf, subtractDuration } from '../src/domain/duration.ts';

const NOW = new Date('2026-11-21T00:00:00Z');
/** credit-card-application: 5 a day, for three months at most. */
const CEILING = { count: 5, period: 'P1D', longest: 'P3M' };

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue(new URL('../catalogue/', import.meta.url));
});

function ask(frequency: { count: number; period: string }) {
  const participant = {
    id: 'bank',
    kind: 'private',
    relyingParty: { purposes: ['credit-card-application'] },
    provider: { datasets: ['tax.income'] },
  };
  return checkDetail(
    {
      type: 'mydata',
      purpose: 'credit-card-application',
      dataset: 'tax.income',
      provider: 'tax',
      fields: ['year'],
      retention: 'P1Y',
      until: '2027-01-21T00:00:00Z',
      frequency,
    },
    { catalogue, client: participant as never, participant: () => participant as never, now: NOW },
  );
}

function refusal(frequency: { count: number; period: string }): string | undefined {
  try {
    ask(frequency);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('when a relying party asks for a frequency', () => {
  test.each([
    [{ count: 10_000, period: 'P2000D' }],
    [{ count: 6, period: 'P30D' }],
    [{ count: 6, period: 'P1D' }],
    [{ count: 1, period: 'P0D' }],
    [{ count: 1, period: 'P91D' }],
    [{ count: 1, period: 'P99999999999999Y' }],
  ])('then %j is beyond 5 a day for three months', (frequency) => {
    expect(refusal(frequency)).toBe('frequency-beyond-purpose');
  });

  test.each([[{ count: 5, period: 'P1D' }], [{ count: 5, period: 'P1W' }], [{ count: 1, period: 'P3M' }]])(
    'then %j is within it',
    (frequency) => {
      expect(refusal(frequency)).toBeUndefined();
    },
  );

  test('then no accepted one lets more through in any stretch than the ceiling does, and each can be counted', () => {
    const period = fc
      .array(fc.tuple(fc.nat({ max: 9_999_999 }), fc.constantFrom('Y', 'M', 'W', 'D')), {
        minLength: 1,
        maxLength: 2,
      })
      .map((parts) => `P${parts.map(([amount, unit]) => `${amount}${unit}`).join('')}`);
    const near = fc
      .tuple(fc.nat({ max: 100 }), fc.constantFrom('M', 'W', 'D'))
      .map(([amount, unit]) => `P${amount}${unit}`);
    const wild = fc.record({
      count: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10_000 })),
      period: fc.oneof(near, period),
    });
    /** Half of what is tried lies about the ceiling, so that enough is accepted to prove anything. */
    const likely = fc.record({
      count: fc.integer({ min: 1, max: 6 }),
      period: fc.integer({ min: 1, max: 95 }).map((days) => `P${days}D`),
    });
    const frequency = fc.oneof(likely, wild);
    let accepted = 0;
    fc.assert(
      fc.property(frequency, fc.integer({ min: 1, max: 90 }), (asked, days) => {
        if (refusal(asked) !== undefined) return;
        accepted += 1;
        const most = ({ count, period: length }: { count: number; period: string }) =>
          count * Math.ceil(days / daysOf(length));
        expect(most(asked)).toBeLessThanOrEqual(most(CEILING));
        expect(daysOf(asked.period)).toBeLessThanOrEqual(daysOf(CEILING.longest));
        expect(Number.isFinite(subtractDuration(NOW, asked.period).getTime())).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});
