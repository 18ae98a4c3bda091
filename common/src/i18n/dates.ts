import type { Lang } from './language.ts';

const timeZone = 'Asia/Taipei';

const rocDateFormat = new Intl.DateTimeFormat('zh-TW-u-ca-roc', { dateStyle: 'long', timeZone });
const englishDateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone });
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });

/** A moment: a Date, or RFC 3339 text. All functions here throw RangeError on a moment that is none. */
export type Moment = Date | string;

function toDate(moment: Moment): Date {
  const date = typeof moment === 'string' ? new Date(moment) : moment;
  if (Number.isNaN(date.getTime())) throw new RangeError('not a moment in time');
  return date;
}

/** 民國115年11月21日, by the clock of Taipei. */
export function rocDate(moment: Moment): string {
  return rocDateFormat.format(toDate(moment));
}

/** 民國115年11月21日 18:05, by the clock of Taipei. */
export function rocDateTime(moment: Moment): string {
  return `${rocDate(moment)} ${timeFormat.format(toDate(moment))}`;
}

/** The day in the reader's way: 民國115年11月21日 or 21 November 2026. */
export function dateOf(moment: Moment, lang: Lang): string {
  return lang === 'zh-TW' ? rocDate(moment) : englishDateFormat.format(toDate(moment));
}

/** Day and time in the reader's way: 民國115年11月21日 18:05 or 21 November 2026, 18:05. */
export function dateTime(moment: Moment, lang: Lang): string {
  if (lang === 'zh-TW') return rocDateTime(moment);
  return `${dateOf(moment, lang)}, ${timeFormat.format(toDate(moment))}`;
}

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;

/** An ISO 8601 duration in whole units, in words: P1Y6M -> 1 年 6 個月, 1 year and 6 months. RangeError if malformed. */
export function duration(iso8601: string, lang: Lang): string {
  const match = DURATION.exec(iso8601);
  if (match === null) throw new RangeError('not an ISO 8601 duration');
  const parts = UNITS.flatMap((unit, index) => {
    const amount = Number(match[index + 1] ?? 0);
    const format = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' });
    return amount === 0 ? [] : [format.format(amount)];
  });
  if (parts.length === 0) throw new RangeError('a duration of nothing');
  return lang === 'zh-TW' ? parts.join(' ') : new Intl.ListFormat('en-GB').format(parts);
}
