import { dateOf } from '@xinlu/common/i18n';
import {
  alert,
  bulletList,
  button,
  buttonGroup,
  checkbox,
  dataFlow,
  fieldGroup,
  type Html,
  html,
  pageHeading,
  postForm,
  section,
  summaryList,
  tag,
} from '@xinlu/common/page';
import type { MyDataDetail, Participant } from '@xinlu/common/wire';
import type { Consent } from '../domain/consent.ts';
import { datasetTitle, fieldTitle, type PageContext, partyName, render } from './context.ts';
import { frequencyWords, retentionWords, validityWords } from './extent.ts';

function isSensitive({ catalogue }: PageContext, dataset: string, field: string): boolean {
  return catalogue.datasets.get(dataset)?.fields[field]?.sensitivity === 'sensitive';
}

function asksForSensitive(context: PageContext, { requested }: Consent): boolean {
  return requested.some(({ dataset, fields }) =>
    fields.some((field) => isSensitive(context, dataset, field)),
  );
}

function fieldChoice(
  context: PageContext,
  detail: MyDataDetail,
  field: string,
  replaces: Consent | undefined,
): Html {
  const { t } = context;
  const before = replaces?.granted?.find((one) => one.dataset === detail.dataset);
  const fresh = replaces !== undefined && before?.fields.includes(field) !== true;
  const optional = detail.optional?.includes(field) === true;
  const sensitive = isSensitive(context, detail.dataset, field);
  return checkbox({
    name: 'field',
    value: `${detail.dataset}:${field}`,
    label: fieldTitle(context, detail.dataset, field),
    description:
      (optional || sensitive || fresh) &&
      html`${optional && t('ask.optional')}${optional && sensitive && ' '}${sensitive && tag(t('ask.sensitive'), 'warning')}${fresh && html` ${tag(t('ask.new'), 'info')}`}`,
    ...(optional ? {} : { fixed: t('ask.required') }),
  });
}

function datasetChoice(context: PageContext, detail: MyDataDetail, replaces: Consent | undefined): Html {
  const provider = partyName(context, detail.provider);
  return fieldGroup(
    datasetTitle(context, detail.dataset),
    detail.fields.map((field) => fieldChoice(context, detail, field, replaces)),
    {
      hint: html`${context.t('ask.from', { provider })}${detail.verify && html`<br>${tag(context.t('ask.verify'), 'info')}`}`,
    },
  );
}

function who(context: PageContext, client: Participant): Html {
  const { t, lang } = context;
  return section(
    t('ask.who'),
    summaryList([
      { key: t('ask.name'), value: client.name[lang] },
      { key: t('ask.kind'), value: t(`kind.${client.kind}`) },
      { key: t('ask.oid'), value: html`<span class="xl-mono">${client.oid}</span>` },
    ]),
  );
}

function why(context: PageContext, consent: Consent): Html {
  const { t, lang } = context;
  const purpose = context.catalogue.purposes.get(consent.purpose);
  return section(
    t('ask.why'),
    summaryList([
      {
        key: t('ask.purpose'),
        value: html`<strong>${purpose?.title[lang]}</strong><br>${purpose?.description[lang]}`,
      },
      { key: t('ask.basis'), value: purpose?.legalBasis.title[lang] },
    ]),
  );
}

function howLong(context: PageContext, consent: Consent): Html {
  const { t } = context;
  const [first] = consent.requested;
  return section(
    t('ask.long'),
    summaryList([
      { key: t('ask.validity'), value: validityWords(context, consent) },
      { key: t('ask.often'), value: frequencyWords(context, first) },
      { key: t('ask.kept'), value: retentionWords(context, first?.retention ?? 'P1D') },
    ]),
  );
}

/** The consent screen: who asks for what, what for and for how long, and her answer. */
export function askPage(
  context: PageContext,
  facts: {
    uid: string;
    csrfToken: string;
    consent: Consent;
    client: Participant;
    replaces?: Consent;
    /** She came back from signing without having signed. */
    unsigned: boolean;
  },
): string {
  const { t, lang } = context;
  const { consent, client } = facts;
  const name = client.name[lang];
  const providers = [...new Set(consent.requested.map((detail) => detail.provider))];
  const title = t('ask.title', { client: name });
  const body = html`
${pageHeading({ title, lead: t('ask.lead'), above: t('ask.above') })}
${dataFlow({ from: providers.map((id) => ({ name: partyName(context, id) })), verb: t('ask.verb'), to: { name } })}
${consent.acting !== null && alert('info', t('acting.ask.title'), html`<p>${t('acting.ask', { kind: t(`mandate.kind.${consent.acting.kind}`), client: name })}</p>`)}
${facts.unsigned && alert('warning', t('ask.unsigned.title'), html`<p>${t('ask.unsigned')}</p>`, { live: true })}
${facts.replaces && alert('info', t('ask.replaces.title'), html`<p>${t('ask.replaces', { date: dateOf((facts.replaces.decidedAt ?? facts.replaces.requestedAt).toISOString(), lang) })}</p>`)}
${postForm({
  action: `/interaction/${facts.uid}/decision`,
  csrfToken: facts.csrfToken,
  body: html`
${who(context, client)}
${section(
  t('ask.what'),
  consent.requested.map((detail) => datasetChoice(context, detail, facts.replaces)),
)}
${why(context, consent)}
${howLong(context, consent)}
${section(
  t('ask.next'),
  bulletList([
    t('ask.next.direct', { client: name }),
    t('ask.next.log'),
    t('ask.next.stop'),
    t('ask.next.refuse'),
  ]),
)}
${section(
  t('ask.decide'),
  html`${asksForSensitive(context, consent) && html`<p>${t('ask.sign')}</p>`}${buttonGroup([
    button(t('ask.agree'), { name: 'decision', value: 'grant', big: true, id: 'grant' }),
    button(t('ask.refuse'), {
      name: 'decision',
      value: 'refuse',
      big: true,
      kind: 'secondary',
      id: 'refuse',
    }),
  ])}`,
)}`,
})}`;
  return render(context, { title, body, plain: true });
}
