/** ISO 8601 durations of whole years, months, weeks and days, as the wire schema `IsoDuration` lets through. */
type Parts = { years: number; months: number; days: number };

function parts(duration: string): Parts {
  const total: Parts = { years: 0, months: 0, days: 0 };
  for (const [, amount, unit] of duration.matchAll(/(\d+)([YMWD])/g)) {
    if (unit === 'Y') total.years += Number(amount);
    else if (unit === 'M') total.months += Number(amount);
    else total.days += Number(amount) * (unit === 'W' ? 7 : 1);
  }
  return total;
}

/** The moment a duration after `start`, by the calendar (UTC). */
export function addDuration(start: Date, duration: string): Date {
  const { years, months, days } = parts(duration);
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years, end.getUTCMonth() + months, end.getUTCDate() + days);
  return end;
}

/** The moment a duration before `end`. */
export function subtractDuration(end: Date, duration: string): Date {
  const { years, months, days } = parts(duration);
  const start = new Date(end);
  start.setUTCFullYear(
    start.getUTCFullYear() - years,
    start.getUTCMonth() - months,
    start.getUTCDate() - days,
  );
  return start;
}

/** Length in days for comparing two durations: a year is 365 days, a month 30, so P12M is within P1Y. */
export function daysOf(duration: string): number {
  const { years, months, days } = parts(duration);
  return years * 365 + months * 30 + days;
}
