import { dateOf, dateTime } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  checkbox,
  emptyState,
  fieldGroup,
  formField,
  type Html,
  html,
  postForm,
} from '@xinlu/common/page';
import type { Delegation } from '@xinlu/common/wire';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from '../account/frame.ts';
import { colon } from '../punctuation.ts';

/** What a form of an offer holds, as she sent it. */
export type OfferForm = { named: string; scope: readonly string[]; from: string; until: string };

export type OfferView = AccountFrame & {
  form: OfferForm;
  /** Who takes representatives, and for what. */
  parties: readonly { id: string; actions: Delegation['actions'] }[];
  problem?: string | undefined;
};

function scopeChoices(t: Texts, view: OfferView): Html {
  if (view.parties.length === 0) return emptyState(html`<p>${t('offer.scope-none')}</p>`);
  const chosen = new Set(view.form.scope);
  return html`${view.parties.map(({ id, actions }) =>
    fieldGroup(
      `${t('offer.scope')}${colon(t)}${view.organisation(id)}`,
      actions.map(({ code, name }) =>
        checkbox({
          name: 'scope',
          id: `scope-${id}-${code}`,
          value: `${id}:${code}`,
          label: name[t.lang],
          checked: chosen.has(`${id}:${code}`),
        }),
      ),
    ),
  )}`;
}

/** The form of an offer to act for her. */
export function offerPage(t: Texts, view: OfferView): Content {
  const { form } = view;
  return accountContent(t, view, {
    part: 'mandates',
    title: t('offer.title'),
    above: t('account.nav-mandates'),
    lead: t('offer.lead'),
    url: '/account/mandates/offer',
    problem: view.problem,
    body: postForm({
      action: '/account/mandates/offer',
      csrfToken: view.csrfToken,
      noValidate: true,
      body: html`
${formField({ name: 'named', label: t('offer.named'), hint: t('offer.named-hint'), value: form.named, maxlength: 60, required: true, autocomplete: 'off', width: 'medium' })}
${scopeChoices(t, view)}
${formField({ name: 'from', label: t('offer.from'), hint: t('offer.from-hint', { today: dateOf(view.now, t.lang) }), type: 'date', value: form.from, required: true, width: 'medium' })}
${formField({ name: 'until', label: t('offer.until'), hint: t('offer.until-hint'), type: 'date', value: form.until, required: true, width: 'medium' })}
${view.parties.length > 0 && button(t('offer.make'), { big: true })}`,
    }),
  });
}

/** The one-time code, shown once. */
export function offerMadePage(
  t: Texts,
  view: AccountFrame & { named: string; code: string; until: Date },
): Content {
  return accountContent(t, view, {
    part: 'mandates',
    title: t('offer.made-title'),
    above: t('account.nav-mandates'),
    lead: t('offer.made-lead', { name: view.named }),
    url: '/account/mandates/offer',
    body: html`<p class="xl-mono font-mono-lg text-bold" id="invitation-code">${view.code}</p>
<p>${t('offer.made-until', { until: dateTime(view.until, t.lang) })}</p>
${alert('warning', undefined, html`<p>${t('offer.made-warning')}</p>`)}
${buttonGroup([buttonLink(t('offer.made-back'), '/account/mandates')])}`,
  });
}
