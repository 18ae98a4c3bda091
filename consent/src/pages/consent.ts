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
import { type Consent, type ConsentEvent, isStanding, stands } from '../domain/consent.ts';
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
import { inName, stateTag } from './home.ts';

const EVENT_TONES: Partial<Record<ConsentEvent['type'], Tone>> = {
  granted: 'positive',
  suspended: 'warning',
  resumed: 'positive',
  withdrawn: 'negative',
  lapsed: 'negative',
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
  const { t, lang } = context;
  const items = events
    .filter((event) => event.document !== null)
    .map((event) => {
      const words = { event: t(`event.${event.type}`), time: dateTime(event.at, lang) };
      return html`${t('consent.receipt.of', words)}<br>${link(t('consent.receipt.pdf', words), `/receipts/${event.id}/receipt.pdf`)}${t('list.separator')}${link(t('consent.receipt.download', words), `/receipts/${event.id}/receipt.xinlu.json`)}`;
    });
  return section(t('consent.receipts'), html`<p>${t('consent.receipts.lead')}</p>${bulletList(items)}`);
}

function justDone(context: PageContext, facts: { consent: Consent; done?: string }): Html | false {
  const { t, lang } = context;
  const { consent, done } = facts;
  const client = partyName(context, consent.clientId);
  const said = (title: string, text: string) => alert('success', title, html`<p>${text}</p>`, { live: true });
  if (done === 'stopped' && consent.state === 'withdrawn' && consent.endedAt !== null) {
    return said(
      t('withdraw.done'),
      t('withdraw.done.body', { time: dateTime(consent.endedAt, lang), client }),
    );
  }
  if (done === 'paused' && consent.state === 'suspended')
    return said(t('pause.done'), t('pause.done.body', { client }));
  if (done === 'resumed' && consent.state === 'granted')
    return said(t('resume.done'), t('resume.done.body', { client }));
  return done === 'amended' && stands(consent) && said(t('amend.done'), t('amend.done.body', { client }));
}

/** What she can do while it stands. */
function actions(context: PageContext, consent: Consent, csrfToken: string): Html {
  const { t } = context;
  const withdraw = buttonLink(t('withdraw.button'), `/consents/${consent.id}/withdraw`, { kind: 'danger' });
  if (!isStanding(consent)) return html`<p>${withdraw}</p>`;
  const what = consent.state === 'suspended' ? 'resume' : 'pause';
  return buttonGroup([
    postForm({
      action: `/consents/${consent.id}/${what}`,
      csrfToken,
      body: button(t(`${what}.button`), { kind: what === 'resume' ? 'primary' : 'secondary', id: what }),
    }),
    buttonLink(t('amend.button'), `/consents/${consent.id}/amend`, { kind: 'secondary' }),
    withdraw,
  ]);
}

/** One consent: all she agreed to, its history, who used it, and how to stop it. */
export function consentPage(
  context: PageContext,
  facts: {
    consent: Consent;
    events: readonly ConsentEvent[];
    accesses: readonly Access[];
    csrfToken: string;
    /** What she has just done. */
    done?: 'stopped' | 'paused' | 'resumed' | 'amended';
  },
): string {
  const { t, lang } = context;
  const { consent, events } = facts;
  const client = partyName(context, consent.clientId);
  const [first] = consent.granted ?? consent.requested;
  const body = html`
${pageHeading({ title: client, above: purposeTitle(context, consent.purpose), lead: stateTag(context, consent) })}
${justDone(context, facts)}
${summaryList([
  ...inName(context, consent),
  { key: t('consent.until'), value: validityWords(context, consent) },
  { key: t('ask.often'), value: frequencyWords(context, first) },
  { key: t('ask.kept'), value: retentionWords(context, first?.retention ?? 'P1D') },
  ...(consent.statementHash === null
    ? []
    : [{ key: t('consent.signed'), value: t('consent.signed.passkey') }]),
])}
${stands(consent) && actions(context, consent, facts.csrfToken)}
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
