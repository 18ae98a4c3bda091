import { button, formField, html, postForm } from '@xinlu/common/page';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from '../account/frame.ts';

/** Where a parent or guardian asks the civil registry for its word. */
export function guardianPage(t: Texts, view: AccountFrame & { problem?: string | undefined }): Content {
  const path = '/account/mandates/guardian';
  return accountContent(t, view, {
    part: 'mandates',
    title: t('guardian.title'),
    above: t('account.nav-mandates'),
    lead: t('guardian.lead'),
    url: path,
    problem: view.problem,
    body: postForm({
      action: path,
      csrfToken: view.csrfToken,
      body: html`${formField({ name: 'ward', label: t('guardian.ward'), hint: t('card.national-id-hint-person'), maxlength: 14, required: true, autocomplete: 'off', width: 'medium', mono: true })}
${button(t('guardian.ask'), { big: true })}`,
    }),
  });
}
