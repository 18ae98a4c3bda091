import { alert, button, buttonGroup, html, pageHeading, postForm, radioGroup } from '@xinlu/common/page';
import type { Mandate } from '../../domain/mandate/mandates.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { colon, listed } from '../punctuation.ts';

export type ActingView = {
  /** Path of the interaction. */
  place: string;
  csrfToken: string;
  organisation: string;
  name: string;
  fitting: readonly { mandate: Mandate; principal: string; actions: readonly string[] }[];
  problem?: string | undefined;
};

/** At a party that takes agents: for whom she acts this time. Nothing is chosen for her. */
export function actingPage(t: Texts, view: ActingView): Content {
  const { organisation } = view;
  const choices = [
    { value: 'self', label: t('acting.self', { name: view.name }), description: t('acting.self-learns') },
    ...view.fitting.map(({ mandate, principal, actions }) => ({
      value: mandate.id,
      label: t('acting.for', { name: principal }),
      description: html`${t(`mandate.kind-${mandate.kind}`)}${colon(t)}${listed(t, actions)}<br>${t('acting.for-learns', { organisation, name: principal })}`,
    })),
  ];
  return {
    title: t('acting.title'),
    body: html`
${pageHeading({ title: t('acting.title'), lead: t('acting.lead', { organisation }) })}
${view.problem && alert('error', undefined, html`<p>${view.problem}</p>`, { live: true })}
${view.fitting.length === 0 && alert('info', undefined, html`<p>${t('acting.none')}</p>`)}
${postForm({
  action: `${view.place}/acting`,
  csrfToken: view.csrfToken,
  noValidate: true,
  body: html`${radioGroup({ name: 'as', label: t('acting.title'), choices })}${buttonGroup([button(t('acting.choose'), { big: true })])}`,
})}
${postForm({
  action: `${view.place}/cancel`,
  csrfToken: view.csrfToken,
  body: button(t('cancel.button', { organisation }), { kind: 'quiet' }),
})}`,
  };
}
