import { dateTime } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonLink,
  card,
  cardGroup,
  checkbox,
  emptyState,
  errorSummary,
  fieldGroup,
  formField,
  type Html,
  html,
  link,
  pageHeading,
  postForm,
  radioGroup,
  section,
  tag,
} from '@xinlu/common/page';
import { type CounterAcr, DOCUMENTS, type DocumentCode } from '../../domain/counter/counter-store.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { problemText } from '../problem-texts.ts';

export type DeskForm = {
  nationalId: string;
  name: string;
  documents: readonly DocumentCode[];
  acr: CounterAcr;
};
export type DeskView = {
  csrfToken: string;
  agency: string;
  awaiting: readonly { id: string; madeAt: Date; own: boolean }[];
  /** The name of the person whom the clerk has confirmed to be. */
  self?: string | undefined;
  /** What was sent and must be mended, and the code of the refusal. */
  form?: DeskForm;
  fault?: string;
};

const FAULTY: Readonly<Record<string, string>> = {
  'national-id-malformed': 'national_id',
  'name-missing': 'name',
  'documents-missing': 'documents-national-id-card',
  'papers-not-confirmed': 'national_id',
  'clerk-self-needed': 'acr-high',
};

function papersForm(t: Texts, view: DeskView): Html {
  const { form, fault } = view;
  const text = fault === undefined ? undefined : problemText(t, fault);
  const at = (name: string) => (fault !== undefined && FAULTY[fault] === name ? text : undefined);
  return postForm({
    action: '/counter/enrolments',
    csrfToken: view.csrfToken,
    noValidate: true,
    body: html`
${formField({ name: 'national_id', label: t('counter.national-id'), hint: t('counter.national-id-hint'), value: form?.nationalId, autocomplete: 'off', maxlength: 14, width: 'medium', mono: true, error: at('national_id') })}
${formField({ name: 'name', label: t('counter.name'), hint: t('counter.name-hint'), value: form?.name, autocomplete: 'off', maxlength: 60, width: 'medium', error: at('name') })}
${fieldGroup(
  t('counter.documents'),
  DOCUMENTS.map((value) =>
    checkbox({
      name: 'documents',
      value,
      label: t(`document.${value}`),
      checked: form?.documents.includes(value) ?? false,
    }),
  ),
  { hint: t('counter.documents-hint') },
)}
${radioGroup({
  name: 'acr',
  label: t('counter.acr'),
  value: form?.acr ?? 'substantial',
  choices: [
    {
      value: 'substantial',
      label: t('counter.acr-substantial'),
      description: t('counter.acr-substantial-why'),
    },
    { value: 'high', label: t('counter.acr-high'), description: t('counter.acr-high-why') },
  ],
})}
${button(t('counter.make'), { big: true })}`,
  });
}

/** Who the clerk is; needed for the level high alone. */
function ownPerson(t: Texts, { self }: DeskView): Html {
  return self === undefined
    ? html`<p>${t('counter.self-why')}</p>${buttonLink(t('counter.self-do'), '/counter/self', { kind: 'secondary' })}`
    : html`<p>${t('counter.self-done', { name: self })}</p>`;
}

function awaiting(t: Texts, view: DeskView): Html {
  if (view.awaiting.length === 0) return emptyState(html`<p>${t('counter.none-awaiting')}</p>`);
  return cardGroup(
    view.awaiting.map(({ id, madeAt, own }) =>
      card({
        title: dateTime(madeAt, t.lang),
        tag: own ? tag(t('counter.yours'), 'neutral') : tag(t('counter.to-confirm'), 'warning'),
        body: html`<p>${t(own ? 'counter.awaits-other' : 'counter.awaits-you')}</p>`,
        footer: buttonLink(t('counter.look'), `/counter/enrolments/${id}`, { kind: 'secondary' }),
      }),
    ),
    { columns: 2 },
  );
}

/** A clerk's desk: a person with her papers, and what awaits a second clerk. */
export function deskPage(t: Texts, view: DeskView): Content {
  const text = view.fault === undefined ? undefined : problemText(t, view.fault);
  return {
    title: t('counter.title'),
    url: '/counter',
    body: html`
${pageHeading({ above: view.agency, title: t('counter.title'), lead: t('counter.lead') })}
${text && errorSummary(t('counter.fault'), [{ text, name: FAULTY[view.fault ?? ''] }])}
${alert('info', undefined, html`<p>${t('counter.duty')}</p>`)}
${section(t('counter.self'), ownPerson(t, view))}
${section(t('counter.person'), papersForm(t, view))}
${section(t('counter.awaiting'), awaiting(t, view))}
<p>${link(t('counter.account'), '/account')}</p>`,
  };
}
