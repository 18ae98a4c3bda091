import {
  button,
  buttonGroup,
  buttonLink,
  disclosure,
  formField,
  html,
  pageHeading,
} from '@xinlu/common/page';
import type { Content } from '../http/site.ts';
import type { Texts } from '../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from './problem-texts.ts';

/** 以證換證: the offer of a passkey after a card login. */
export function enrolPage(
  t: Texts,
  view: {
    place: string;
    csrfToken: string;
    suggestedName: string;
    skip?: string;
    /** She came by a code of the counter and has no card here. */
    byCode?: boolean;
  },
): Content {
  const title = t(view.byCode ? 'enrol.title-by-code' : 'enrol.title');
  return {
    title,
    scripts: ['/assets/idp/enrol.js'],
    data: {
      'enrol-data': {
        place: view.place,
        csrfToken: view.csrfToken,
        webauthnModule: WEBAUTHN_MODULE,
        ...scriptTexts(t),
      },
    },
    body: html`
${pageHeading({ title, lead: t(view.byCode ? 'enrol.lead-by-code' : 'enrol.lead') })}
<noscript><p>${t('sign-in.no-script')}</p></noscript>
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
<form id="enrol-form" method="dialog" class="xl-form" novalidate>
${formField({ name: 'name', label: t('enrol.name'), hint: t('enrol.name-hint'), value: view.suggestedName, autocomplete: 'off', maxlength: 60 })}
${buttonGroup([
  button(t('enrol.button'), { id: 'create-passkey', big: true, disabled: true }),
  view.skip !== undefined &&
    buttonLink(t('enrol.skip'), view.skip, { kind: 'secondary', big: true, id: 'skip' }),
])}
</form>
${disclosure(t('enrol.how'), html`<p>${t(view.byCode ? 'enrol.how-body-by-code' : 'enrol.how-body')}</p>`)}`,
  };
}
