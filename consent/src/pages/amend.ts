import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  checkbox,
  errorSummary,
  fieldGroup,
  formField,
  html,
  pageHeading,
  postForm,
  section,
} from '@xinlu/common/page';
import type { Consent } from '../domain/consent.ts';
import { datasetTitle, fieldTitle, type PageContext, partyName, render } from './context.ts';
import { taipeiDay } from './extent.ts';

export type AmendFault = 'nothing-left' | 'until-past' | 'widening';

/** She gives less: unticks fields, brings the end forward. */
export function amendPage(
  context: PageContext,
  facts: {
    consent: Consent;
    csrfToken: string;
    today: Date;
    /** What she tried, when it could not be done. */
    attempt?: { kept: ReadonlyMap<string, ReadonlySet<string>>; until: string; fault: AmendFault };
  },
): string {
  const { t } = context;
  const { consent, attempt } = facts;
  const client = partyName(context, consent.clientId);
  const title = t('amend.title', { client });
  const fault = attempt && t(`amend.fault.${attempt.fault}`);
  const atUntil = attempt?.fault === 'until-past' || attempt?.fault === 'widening';
  const fields = (consent.granted ?? []).map((detail) =>
    fieldGroup(
      datasetTitle(context, detail.dataset),
      detail.fields.map((field) =>
        checkbox({
          name: 'field',
          value: `${detail.dataset}:${field}`,
          label: fieldTitle(context, detail.dataset, field),
          checked: attempt === undefined || attempt.kept.get(detail.dataset)?.has(field) === true,
        }),
      ),
      { hint: t('ask.from', { provider: partyName(context, detail.provider) }) },
    ),
  );
  const body = html`
${fault && errorSummary(t('amend.fault'), [{ text: fault, ...(atUntil ? { name: 'until' } : {}) }])}
${pageHeading({ title, lead: t('amend.lead') })}
${postForm({
  action: `/consents/${consent.id}/amend`,
  csrfToken: facts.csrfToken,
  noValidate: true,
  body: html`
${section(t('amend.fields'), fields)}
${section(
  t('amend.until'),
  formField({
    name: 'until',
    label: t('amend.until.label'),
    hint: t('amend.until.hint'),
    type: 'date',
    value: attempt?.until ?? taipeiDay(consent.expiresAt),
    required: true,
    width: 'medium',
    ...(atUntil ? { error: fault } : {}),
  }),
)}
${alert('info', undefined, html`<p>${t('amend.more', { client })}</p>`)}
${buttonGroup([
  button(t('amend.confirm'), { big: true, id: 'amend' }),
  buttonLink(t('amend.keep'), `/consents/${consent.id}`, { kind: 'secondary', big: true }),
])}`,
})}`;
  return render(context, { title, body, section: 'home' });
}
