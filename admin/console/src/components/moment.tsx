import { useLocale } from 'react-admin';

const options: Intl.DateTimeFormatOptions = {
  timeZone: 'Asia/Taipei',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
};

/** A moment in Taiwan's time; ROC years in Chinese. */
export function formatMoment(text: string, locale: string, seconds = false): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const format = seconds ? { ...options, second: '2-digit' as const } : options;
  if (locale === 'en') return new Intl.DateTimeFormat('en-GB', format).format(date);
  const parts = new Map(
    new Intl.DateTimeFormat('zh-TW-u-ca-roc', format)
      .formatToParts(date)
      .map((part) => [part.type, part.value]),
  );
  const year = (parts.get('year') ?? '').replace(/\D/g, '');
  const clock = `${parts.get('hour')}:${parts.get('minute')}${seconds ? `:${parts.get('second')}` : ''}`;
  return `${year}/${parts.get('month')}/${parts.get('day')} ${clock}`;
}

export function Moment({ at, seconds = false }: { at: string | null | undefined; seconds?: boolean }) {
  const locale = useLocale();
  if (at === null || at === undefined) return <>—</>;
  return <time dateTime={at}>{formatMoment(at, locale, seconds)}</time>;
}
