import {
  alert,
  button,
  card,
  cardGroup,
  disclosure,
  formField,
  type Html,
  html,
  pageHeading,
  postForm,
} from '@xinlu/common/page';
import type { HolderKind } from '@xinlu/common/wire';
import type { Content } from '../http/site.ts';
import type { Texts } from '../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from './problem-texts.ts';

export type SignInView = {
  /** Path under which this sign-in happens; its scripts post below it. */
  place: string;
  csrfToken: string;
  /** Who asks; absent when she signs in to her own page here. */
  organisation?: { name: string; learnsName: boolean };
  /** For whom somebody may sign in here. */
  holders: readonly HolderKind[];
  notice?: 'other-holder' | 'other-person' | 'stronger' | 'again' | undefined;
  cardOrigin: string;
  /** HiPKI and what hangs on it are not enough. */
  needsHigh: boolean;
  /** The browser's own certificate can be shown at a separate host. */
  hasTls: boolean;
  lang: string;
};

function passkeyCard(t: Texts): Html {
  return card({
    level: 2,
    title: t('passkey.heading'),
    body: html`<p>${t('passkey.lead')}</p>${button(t('passkey.button'), { id: 'use-passkey', type: 'button', big: true, disabled: true })}`,
  });
}

/** Whose cards the words speak of: persons', organisations', or both. */
function cardsOf(holders: readonly HolderKind[]): 'person' | 'organisation' | 'any' {
  if (!holders.includes('citizen')) return 'organisation';
  return holders.length === 1 ? 'person' : 'any';
}

/** The ways to a card in which its own program asks for the PIN. */
function otherWays(t: Texts, { hasTls, needsHigh }: SignInView): Html {
  return html`
${needsHigh ? html`<p>${t('card.needs-high')}</p>` : html`<p>${t('card.or')}</p>`}
<p>${t('web-eid.lead')}</p>
${button(t('web-eid.button'), { kind: 'secondary', big: true, id: 'use-web-eid', type: 'button', disabled: true })}
${
  hasTls &&
  html`<p>${t('tls.lead')}</p>
${button(t('tls.button'), { kind: 'secondary', big: true, id: 'use-tls', type: 'button', disabled: true })}`
}`;
}

/* method="dialog" keeps the browser from ever sending this form: the PIN is for the card alone. */
function cardForm(t: Texts, view: SignInView, cards: ReturnType<typeof cardsOf>): Html {
  return card({
    level: 2,
    title: t(`card.heading-${cards}`),
    body: html`<p>${t(`card.lead-${cards}`)}</p>
<form id="card-form" method="dialog" class="xl-form" novalidate>
${cards !== 'organisation' && formField({ name: 'national-id', label: t('card.national-id'), hint: t(`card.national-id-hint-${cards}`), autocomplete: 'username webauthn', maxlength: 14, width: 'medium', mono: true })}
${
  !view.needsHigh &&
  html`${formField({ name: 'pin', label: t('card.pin'), hint: t('card.pin-hint'), type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 16, width: 'medium' })}
${button(t(`card.heading-${cards}`), { kind: 'secondary', big: true, id: 'use-card', disabled: true })}`
}
${otherWays(t, view)}
</form>`,
  });
}

/** One screen: the passkey for who has one, the card below it. */
export function signInPage(t: Texts, view: SignInView): Content {
  const { organisation } = view;
  const name = organisation?.name ?? '';
  const cards = cardsOf(view.holders);
  const lead =
    organisation === undefined
      ? t('sign-in.lead-account')
      : t(organisation.learnsName ? 'sign-in.lead' : 'sign-in.lead-no-name', { organisation: name });
  return {
    title: t('sign-in.title'),
    width: 'narrow',
    scripts: ['/assets/idp/sign-in.js'],
    data: {
      'sign-in-data': {
        place: view.place,
        csrfToken: view.csrfToken,
        cardOrigin: view.cardOrigin,
        cards,
        lang: view.lang,
        webauthnModule: WEBAUTHN_MODULE,
        ...scriptTexts(t),
      },
    },
    body: html`
${pageHeading({ title: organisation === undefined ? t('sign-in.for-account') : t('sign-in.for', { organisation: name }), lead })}
${view.notice && alert('warning', undefined, html`<p>${t(`sign-in.${view.notice}`)}</p>`)}
<noscript>${alert('error', undefined, html`<p>${t('sign-in.no-script')}</p>`)}</noscript>
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
${cardGroup(
  [cards !== 'organisation' && passkeyCard(t), cardForm(t, view, cards)].filter((one) => one !== false),
  { columns: 1 },
)}
${cards !== 'organisation' && disclosure(t('card.why'), html`<p>${t('card.why-body')}</p>`)}
${disclosure(t('card.no-component'), html`<p>${t('card.no-component-body')}</p>`)}
${
  organisation &&
  postForm({
    action: `${view.place}/cancel`,
    csrfToken: view.csrfToken,
    body: button(t('cancel.button', { organisation: name }), { kind: 'quiet' }),
  })
}`,
  };
}
