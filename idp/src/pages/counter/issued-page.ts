import { dateTime } from '@xinlu/common/i18n';
import { alert, buttonLink, html, pageHeading, section, stepList, summaryList } from '@xinlu/common/page';
import type { CounterEnrolment } from '../../domain/counter/counter-store.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';

/** The one time that a code is seen: by the clerk, to be handed over. */
export function issuedPage(
  t: Texts,
  view: { enrolment: CounterEnrolment; code: string; name: string },
): Content {
  const { enrolment } = view;
  const waits = enrolment.state === 'awaiting';
  return {
    title: t('counter.issued'),
    width: 'narrow',
    url: '/counter',
    body: html`
${pageHeading({ title: t('counter.issued'), lead: t('counter.issued-lead') })}
${waits && alert('warning', t('counter.second-needed'), html`<p>${t('counter.second-needed-body')}</p>`)}
${section(t('counter.code'), html`<p class="xl-mono font-mono-xl text-bold" id="counter-code">${view.code}</p>`)}
${summaryList([
  { key: t('counter.name'), value: view.name },
  { key: t('counter.acr'), value: t(`counter.acr-${enrolment.acr}`) },
  {
    key: t(waits ? 'counter.confirm-until' : 'counter.code-until'),
    value: dateTime(enrolment.validUntil, t.lang),
  },
])}
${stepList([
  { title: t('counter.step-open') },
  { title: t('counter.step-type') },
  { title: t('counter.step-passkey') },
])}
${buttonLink(t('counter.next-person'), '/counter', { kind: 'secondary' })}`,
  };
}
