import { button, buttonGroup, buttonLink, html, pageHeading } from '@xinlu/common/page';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from '../problem-texts.ts';

/** Where a clerk shows who she is: her agency's card does not say. */
export function selfPage(t: Texts, view: { csrfToken: string }): Content {
  return {
    title: t('counter.self'),
    width: 'narrow',
    url: '/counter/self',
    scripts: ['/assets/idp/clerk-self.js'],
    data: {
      'clerk-self-data': {
        place: '/counter',
        csrfToken: view.csrfToken,
        webauthnModule: WEBAUTHN_MODULE,
        ...scriptTexts(t),
      },
    },
    body: html`
${pageHeading({ title: t('counter.self'), lead: t('counter.self-why') })}
<noscript><p>${t('sign-in.no-script')}</p></noscript>
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
<p>${t('counter.self-how')}</p>
${buttonGroup([
  button(t('passkey.button'), { id: 'confirm-self', type: 'button', big: true, disabled: true }),
  buttonLink(t('counter.back'), '/counter', { kind: 'quiet' }),
])}`,
  };
}
