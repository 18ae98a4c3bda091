import { useLocale } from 'react-admin';

const timeZone = 'Asia/Taipei';
const days = {
  'zh-TW': new Intl.DateTimeFormat('zh-TW-u-ca-roc', { dateStyle: 'long', timeZone }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }),
};
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone });

/** A moment by the clock of Taipei: 民國115年11月21日 11:32, or 21 November 2026, 11:32. */
export function formatMoment(text: string, locale: string, seconds = false): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const time = seconds ? clock.format(date) : clock.format(date).slice(0, 'HH:MM'.length);
  return locale === 'en' ? `${days.en.format(date)}, ${time}` : `${days['zh-TW'].format(date)} ${time}`;
}

export function Moment({ at, seconds = false }: { at: string | null | undefined; seconds?: boolean }) {
  const locale = useLocale();
  if (at === null || at === undefined) return <>—</>;
  return <time dateTime={at}>{formatMoment(at, locale, seconds)}</time>;
}
