import {
  bulletList,
  button,
  buttonGroup,
  buttonLink,
  html,
  pageHeading,
  postForm,
  section,
} from '@xinlu/common/page';
import type { Content } from '../http/site.ts';
import type { Texts } from '../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from './problem-texts.ts';

/** Before a passkey is added without a card: another one of hers, or the card after all. */
export function secondFactorPage(
  t: Texts,
  view: { place: string; csrfToken: string; others: readonly string[]; coolingHours: number },
): Content {
  const card = buttonLink(t('account.again-with-card'), '/sign-in?again=1', { kind: 'secondary', big: true });
  return {
    title: t('second.title'),
    width: 'narrow',
    scripts: ['/assets/idp/second-factor.js'],
    data: {
      'second-factor-data': {
        place: view.place,
        csrfToken: view.csrfToken,
        webauthnModule: WEBAUTHN_MODULE,
        ...scriptTexts(t),
      },
    },
    body: html`
${pageHeading({ title: t('second.title'), lead: t(view.others.length > 0 ? 'second.lead' : 'second.lead-none') })}
<noscript><p>${t('sign-in.no-script')}</p></noscript>
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
${view.others.length > 0 && section(t('second.others'), bulletList([...view.others]))}
${buttonGroup([
  view.others.length > 0 &&
    button(t('second.button'), { id: 'use-second', type: 'button', big: true, disabled: true }),
  card,
  buttonLink(t('second.back'), '/account', { kind: 'quiet' }),
])}
${section(
  t('second.lost'),
  html`<p>${t('second.lost-body', { hours: String(view.coolingHours) })}</p>${postForm({
    action: `${view.place}/passkeys/others-lost`,
    csrfToken: view.csrfToken,
    body: button(t('second.lost-button'), { kind: 'secondary' }),
  })}`,
)}`,
  };
}
