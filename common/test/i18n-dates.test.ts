import { describe, expect, test } from 'vitest';
import { dateOf, dateTime, duration, rocDate, rocDateTime } from '../src/i18n/index.ts';

describe('dates', () => {
  test('the day is the day in Taipei, counted from the founding of the republic', () => {
    expect(rocDate('2026-11-20T15:59:59Z')).toBe('民國115年11月20日');
    expect(rocDate('2026-11-20T16:00:00Z')).toBe('民國115年11月21日');
    expect(rocDate(new Date('1912-06-01T00:00:00Z'))).toBe('民國1年6月1日');
  });

  test('the time has 24 hours, midnight is 00:00', () => {
    expect(rocDateTime('2026-11-20T16:00:00Z')).toBe('民國115年11月21日 00:00');
    expect(rocDateTime('2026-11-21T10:05:00Z')).toBe('民國115年11月21日 18:05');
  });

  test('English readers get the common era', () => {
    expect(dateOf('2026-11-20T16:00:00Z', 'en')).toBe('21 November 2026');
    expect(dateTime('2026-11-20T16:00:00Z', 'en')).toBe('21 November 2026, 00:00');
    expect(dateTime('2026-11-20T16:00:00Z', 'zh-TW')).toBe('民國115年11月21日 00:00');
  });

  test('when there is no such moment, then it throws', () => {
    for (const show of [rocDate, rocDateTime]) expect(() => show('soon')).toThrow(RangeError);
    expect(() => dateTime(new Date(Number.NaN), 'en')).toThrow(RangeError);
  });
});

describe('duration', () => {
  test.each([
    ['P1Y', '1 年', '1 year'],
    ['P6M', '6 個月', '6 months'],
    ['P2W', '2 週', '2 weeks'],
    ['P30D', '30 天', '30 days'],
    ['PT5M', '5 分鐘', '5 minutes'],
    ['P1Y6M', '1 年 6 個月', '1 year and 6 months'],
    ['P1DT2H30M1S', '1 天 2 小時 30 分鐘 1 秒', '1 day, 2 hours, 30 minutes and 1 second'],
  ])('%s is %s and %s', (iso, zh, en) => {
    expect(duration(iso, 'zh-TW')).toBe(zh);
    expect(duration(iso, 'en')).toBe(en);
  });

  test.each(['', 'P', 'PT', 'P1', '1Y', 'P-1Y', 'P1.5Y', 'P1YT', 'P1H', 'PT1D', 'P0D', 'p1y', 'P1M1Y'])(
    '%j is none',
    (iso) => {
      expect(() => duration(iso, 'en')).toThrow(RangeError);
    },
  );
});
