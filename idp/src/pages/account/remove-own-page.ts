import { alert, button, buttonGroup, buttonLink, hiddenFields, html, postForm } from '@xinlu/common/page';
import type { Passkey } from '../../domain/passkey/passkeys.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from './frame.ts';

/** Before she removes the passkey that she is signed in with: what that ends. */
export function removeOwnPage(t: Texts, view: AccountFrame & { passkey: Passkey; last: boolean }): Content {
  return accountContent(t, view, {
    part: 'passkeys',
    title: t('remove-own.title'),
    lead: t('remove-own.lead', { name: view.passkey.name }),
    body: html`${view.last && alert('warning', undefined, html`<p>${t('remove-own.last')}</p>`)}
${buttonGroup([
  postForm({
    action: `/account/passkeys/${view.passkey.id}/remove`,
    csrfToken: view.csrfToken,
    body: html`${hiddenFields({ confirmed: 'yes' })}${button(t('remove-own.yes'), { kind: 'danger' })}`,
  }),
  buttonLink(t('remove-own.no'), '/account/passkeys', { kind: 'secondary' }),
])}`,
  });
}
