import { dateOf } from '@xinlu/common/i18n';
import { bulletList, type Html, html, summaryList, type Tone, tag } from '@xinlu/common/page';
import type { Mandate } from '../../domain/mandate/mandates.ts';
import type { Texts } from '../../locales/index.ts';
import { colon, listed } from '../punctuation.ts';

/** What pages need to put mandates into words. */
export type MandateWords = {
  now: Date;
  /** The name of a person by her id; absent for one who has not accepted yet. */
  person: (id: string | undefined) => string | undefined;
  organisation: (id: string) => string;
  /** The name of an action by its party and code. */
  action: (party: string, code: string) => string;
};

export function stateTag(t: Texts, mandate: Mandate, now: Date): Html {
  if (mandate.state === 'active' && mandate.from > now) return tag(t('mandate.state-not-yet'), 'info');
  if (mandate.state === 'active' && mandate.until !== undefined && mandate.until <= now)
    return tag(t('mandate.state-ended'));
  const tones: Partial<Record<Mandate['state'], Tone>> = { active: 'positive', offered: 'info' };
  return tag(t(`mandate.state-${mandate.state}`), tones[mandate.state] ?? 'neutral');
}

export function scopeOf(t: Texts, words: MandateWords, mandate: Mandate): Html {
  if (mandate.scope === undefined) return html`${t('mandate.may-everything')}`;
  return bulletList(
    mandate.scope.map(
      ({ party, actions }) =>
        html`${words.organisation(party)}${colon(t)}${listed(
          t,
          actions.map((code) => words.action(party, code)),
        )}`,
    ),
  );
}

export function timeOf(t: Texts, mandate: Mandate): string {
  const from = dateOf(mandate.from, t.lang);
  return mandate.until === undefined
    ? t('mandate.time-open', { from })
    : t('mandate.time-between', { from, until: dateOf(mandate.until, t.lang) });
}

/** Who, for whom, what, how long. */
export function mandateSummary(
  t: Texts,
  words: MandateWords,
  mandate: Mandate,
  more: Parameters<typeof summaryList>[0] = [],
): Html {
  return summaryList([
    { key: t('mandate.kind'), value: t(`mandate.kind-${mandate.kind}`) },
    { key: t('mandate.principal'), value: words.person(mandate.principalId) },
    { key: t('mandate.actor'), value: words.person(mandate.actorId) ?? t('mandates.not-yet-named') },
    { key: t('mandate.may'), value: scopeOf(t, words, mandate) },
    { key: t('mandate.time'), value: timeOf(t, mandate) },
    ...more,
  ]);
}
