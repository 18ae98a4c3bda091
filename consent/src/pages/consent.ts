import { dateTime } from '@xinlu/common/i18n';
import {
  alert,
  bulletList,
  button,
  buttonGroup,
  buttonLink,
  type Html,
  html,
  link,
  pageHeading,
  postForm,
  section,
  summaryList,
  type Tone,
  timeline,
} from '@xinlu/common/page';
import type { Consent, ConsentEvent } from '../domain/consent.ts';
import type { Access } from '../domain/ports.ts';
import { accessTable } from './access-table.ts';
import {
  datasetTitle,
  fieldList,
  fieldTitle,
  type PageContext,
  partyName,
  purposeTitle,
  render,
} from './context.ts';
import { frequencyWords, retentionWords, validityWords } from './extent.ts';
import { stateTag } from './home.ts';

const EVENT_TONES: Partial<Record<ConsentEvent['type'], Tone>> = {
  granted: 'positive',
  withdrawn: 'negative',
};

function data(context: PageContext, consent: Consent): Html {
  const { t } = context;
  const details = consent.granted ?? consent.requested;
  const rows = details.map((detail) => {
    const asked = consent.requested.find((one) => one.dataset === detail.dataset)?.fields ?? [];
    const left = asked.filter((field) => !detail.fields.includes(field));
    return {
      key: html`${datasetTitle(context, detail.dataset)}<br><span class="xl-quiet">${partyName(context, detail.provider)}</span>`,
      value: html`${bulletList(detail.fields.map((field) => fieldTitle(context, detail.dataset, field)))}${
        left.length > 0 &&
        html`<p class="xl-quiet">${t('consent.left-out', { fields: fieldList(context, detail.dataset, left) })}</p>`
      }`,
    };
  });
  return section(
    t(consent.granted === null ? 'consent.data.refused' : 'consent.data.title'),
    summaryList(rows),
  );
}

function receipts(context: PageContext, events: readonly ConsentEvent[]): Html {
  const { t } = context;
  const items = events
    .filter((event) => event.document !== null)
    .map((event) =>
      link(
        t('consent.receipt.download', { event: t(`event.${event.type}`) }),
        `/receipts/${event.id}/receipt.xinlu.json`,
      ),
    );
  return section(t('consent.receipts'), html`<p>${t('consent.receipts.lead')}</p>${bulletList(items)}`);
}

/** One consent: all she agreed to, its history, who used it, and how to stop it. */
export function consentPage(
  context: PageContext,
  facts: {
    consent: Consent;
    events: readonly ConsentEvent[];
    accesses: readonly Access[];
    justStopped: boolean;
  },
): string {
  const { t, lang } = context;
  const { consent, events } = facts;
  const client = partyName(context, consent.clientId);
  const [first] = consent.granted ?? consent.requested;
  const stopped =
    facts.justStopped &&
    consent.endedAt !== null &&
    alert(
      'success',
      t('withdraw.done'),
      html`<p>${t('withdraw.done.body', { time: dateTime(consent.endedAt, lang), client })}</p>`,
      { live: true },
    );
  const body = html`
${pageHeading({ title: client, above: purposeTitle(context, consent.purpose), lead: stateTag(context, consent) })}
${stopped}
${summaryList([
  { key: t('consent.until'), value: validityWords(context, consent) },
  { key: t('ask.often'), value: frequencyWords(context, first) },
  { key: t('ask.kept'), value: retentionWords(context, first?.retention ?? 'P1D') },
])}
${consent.state === 'granted' && html`<p>${buttonLink(t('withdraw.button'), `/consents/${consent.id}/withdraw`, { kind: 'danger' })}</p>`}
${data(context, consent)}
${section(t('consent.accesses'), accessTable(context, facts.accesses))}
${section(
  t('consent.history'),
  timeline(
    events.toReversed().map((event) => ({
      when: dateTime(event.at, lang),
      at: event.at.toISOString(),
      title: t(`event.${event.type}`),
      tone: EVENT_TONES[event.type],
    })),
  ),
)}
${receipts(context, events)}`;
  return render(context, { title: client, body, width: 'wide', section: 'home' });
}

/** The one question before stopping. */
export function withdrawPage(context: PageContext, consent: Consent, csrfToken: string): string {
  const { t } = context;
  const client = partyName(context, consent.clientId);
  const title = t('withdraw.title', { client });
  const body = html`
${pageHeading({ title, lead: t('withdraw.body', { client }) })}
${buttonGroup([
  postForm({
    action: `/consents/${consent.id}/withdraw`,
    csrfToken,
    body: button(t('withdraw.confirm'), { kind: 'danger', big: true, id: 'withdraw' }),
  }),
  buttonLink(t('withdraw.keep'), `/consents/${consent.id}`, { kind: 'secondary', big: true }),
])}`;
  return render(context, { title, body, section: 'home' });
}
