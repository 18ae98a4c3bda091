import { button, buttonLink, errorSummary, formField, html, pageHeading, postForm } from '@xinlu/common/page';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { problemText } from '../problem-texts.ts';

/** Where she types the code from the counter. */
export function redeemPage(t: Texts, view: { csrfToken: string; fault: string | undefined }): Content {
  const text = view.fault === undefined ? undefined : problemText(t, view.fault);
  return {
    title: t('redeem.title'),
    width: 'narrow',
    url: '/counter/redeem',
    body: html`
${pageHeading({ title: t('redeem.title'), lead: t('redeem.lead') })}
${text && errorSummary(t('redeem.fault'), [{ text, name: 'code' }])}
${postForm({
  action: '/counter/redeem',
  csrfToken: view.csrfToken,
  noValidate: true,
  body: html`
${formField({ name: 'code', label: t('redeem.code'), hint: t('redeem.code-hint'), autocomplete: 'one-time-code', maxlength: 24, width: 'medium', mono: true, error: text })}
${formField({ name: 'national_id', label: t('card.national-id'), hint: t('counter.national-id-hint'), autocomplete: 'off', maxlength: 14, width: 'medium', mono: true })}
${button(t('redeem.button'), { big: true })}`,
})}`,
  };
}

/** She has her passkey; nobody is signed in yet. */
export function redeemDonePage(t: Texts): Content {
  return {
    title: t('redeem.done'),
    width: 'narrow',
    url: '/counter/done',
    body: html`
${pageHeading({ title: t('redeem.done'), lead: t('redeem.done-lead') })}
${buttonLink(t('redeem.sign-in'), '/sign-in', { big: true })}`,
  };
}
