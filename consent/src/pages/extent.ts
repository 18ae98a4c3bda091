import { dateOf, duration } from '@xinlu/common/i18n';
import type { MyDataDetail } from '@xinlu/common/wire';
import { type Consent, isStanding } from '../domain/consent.ts';
import type { PageContext } from './context.ts';

/** The day in Taipei, YYYY-MM-DD. */
export function taipeiDay(moment: Date): string {
  return new Date(moment.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** Until when, in words. */
export function validityWords({ t, lang }: PageContext, consent: Consent): string {
  const until = (consent.granted ?? consent.requested)[0]?.until;
  return isStanding(consent) && until !== undefined
    ? t('ask.until', { date: dateOf(until, lang) })
    : t('ask.once');
}

/** How often, in words. */
export function frequencyWords({ t, lang }: PageContext, detail: MyDataDetail | undefined): string {
  if (detail?.frequency === undefined) return t('ask.often.once');
  const { count, period } = detail.frequency;
  // 每天 and per day, not 每 1 天 and per 1 day; with a measure word (個月) the number stays.
  const words = duration(period, lang).replace(/^1 (?=[天週年]$|[a-z]+$)/, '');
  return t('ask.often.value', { count, period: words });
}

export function retentionWords({ t, lang }: PageContext, retention: string): string {
  return t('ask.kept.value', { period: duration(retention, lang) });
}
