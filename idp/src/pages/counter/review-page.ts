import { dateTime } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  html,
  pageHeading,
  postForm,
  summaryList,
} from '@xinlu/common/page';
import type { CounterEnrolment } from '../../domain/counter/counter-store.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { listed } from '../punctuation.ts';

export type ReviewView = {
  csrfToken: string;
  enrolment: CounterEnrolment;
  /** The reader began it herself: another clerk must confirm. */
  own: boolean;
  /** The reader has confirmed who she is. */
  confirmed: boolean;
  name: string;
  nationalId: string;
  now: Date;
};

/** One enrolment, for the second clerk to compare with the person and the papers before her. */
export function reviewPage(t: Texts, view: ReviewView): Content {
  const { enrolment, csrfToken } = view;
  const path = `/counter/enrolments/${enrolment.id}`;
  const inTime = view.now < enrolment.validUntil;
  const awaits = enrolment.state === 'awaiting' && inTime;
  const state =
    enrolment.state === 'awaiting' || enrolment.state === 'open' ? !inTime && 'expired' : undefined;
  const form = (action: string, text: string, kind: 'primary' | 'secondary') =>
    postForm({ action: `${path}/${action}`, csrfToken, body: button(text, { kind, big: true }) });
  return {
    title: t('counter.review'),
    width: 'narrow',
    url: '/counter',
    body: html`
${pageHeading({ title: t('counter.review'), lead: t('counter.review-lead') })}
${alert(enrolment.state === 'open' && inTime ? 'success' : 'info', undefined, html`<p>${t(`counter.state-${state || enrolment.state}`)}</p>`)}
${summaryList([
  { key: t('counter.name'), value: view.name },
  { key: t('counter.national-id'), value: html`<span class="xl-mono">${view.nationalId}</span>` },
  {
    key: t('counter.documents'),
    value: listed(
      t,
      enrolment.documents.map((code) => t(`document.${code}`)),
    ),
  },
  { key: t('counter.acr'), value: t(`counter.acr-${enrolment.acr}`) },
  { key: t('counter.begun-at'), value: dateTime(enrolment.madeAt, t.lang) },
  {
    key: t(enrolment.state === 'awaiting' ? 'counter.confirm-until' : 'counter.code-until'),
    value: dateTime(enrolment.validUntil, t.lang),
  },
])}
${awaits && view.own && html`<p>${t('counter.own-needs-other')}</p>`}
${awaits && !view.own && !view.confirmed && html`<p>${t('counter.self-why')}</p>`}
${buttonGroup([
  awaits &&
    !view.own &&
    (view.confirmed
      ? form('confirm', t('counter.confirm'), 'primary')
      : buttonLink(t('counter.self-do'), '/counter/self', { big: true })),
  inTime &&
    ['awaiting', 'open'].includes(enrolment.state) &&
    form('withdraw', t(view.own ? 'counter.withdraw' : 'counter.refuse'), 'secondary'),
  buttonLink(t('counter.back'), '/counter', { kind: 'quiet' }),
])}`,
  };
}
