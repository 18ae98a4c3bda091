import { button, buttonGroup, formField, hiddenFields, html, postForm } from '@xinlu/common/page';
import type { Offer } from '../../domain/mandate/mandates.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from '../account/frame.ts';
import { type MandateWords, mandateSummary } from './mandate-parts.ts';

const PATH = '/account/mandates/invitation';

/** Where she enters the code that she was given. */
export function invitationPage(
  t: Texts,
  view: AccountFrame & { typed: string; problem?: string | undefined },
): Content {
  return accountContent(t, view, {
    part: 'mandates',
    title: t('invitation.title'),
    above: t('account.nav-mandates'),
    lead: t('invitation.lead'),
    url: PATH,
    problem: view.problem,
    body: postForm({
      action: PATH,
      csrfToken: view.csrfToken,
      body: html`${formField({ name: 'code', label: t('invitation.code'), hint: t('invitation.code-hint'), value: view.typed, maxlength: 40, required: true, autocomplete: 'off', width: 'medium', mono: true })}
${button(t('invitation.read'), { big: true })}`,
    }),
  });
}

/** The offer itself, before she answers; both answers are equally big. */
export function offeredPage(
  t: Texts,
  view: AccountFrame & MandateWords & { offer: Offer; code: string; principalName: string },
): Content {
  const answer = (action: 'accept' | 'decline', kind: 'primary' | 'secondary') =>
    postForm({
      action: `/account/mandates/${action}`,
      csrfToken: view.csrfToken,
      body: html`${hiddenFields({ code: view.code })}${button(t(`invitation.${action}`), { kind, big: true })}`,
    });
  const name = view.principalName;
  const person = (id: string | undefined) => (id === undefined ? view.offer.named : view.person(id));
  return accountContent(t, view, {
    part: 'mandates',
    title: t('invitation.ask-title', { name }),
    above: t('account.nav-mandates'),
    lead: t('invitation.ask-lead', { name }),
    url: PATH,
    body: html`${mandateSummary(t, { ...view, person }, view.offer)}${buttonGroup([answer('accept', 'primary'), answer('decline', 'secondary')])}`,
  });
}
