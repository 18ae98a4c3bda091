import { dateTime } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  type Html,
  html,
  pageHeading,
  postForm,
  section,
  summaryList,
} from '@xinlu/common/page';
import type { Recovery } from '../../domain/recovery/recoveries.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from '../problem-texts.ts';

export type RecoveryView = {
  csrfToken: string;
  /** The one that cools off, for who is signed in. */
  recovery?: Recovery;
  /** The login comes from the recovery itself. */
  fromItself: boolean;
};

function cancelling(t: Texts, view: RecoveryView): Html {
  const bySession =
    view.recovery !== undefined &&
    !view.fromItself &&
    postForm({
      action: '/recovery/cancel',
      csrfToken: view.csrfToken,
      body: button(t('recovery.cancel'), { kind: 'danger', big: true }),
    });
  const byPasskey = button(t('recovery.cancel-passkey'), {
    id: 'object',
    type: 'button',
    kind: bySession ? 'secondary' : 'primary',
    big: true,
    disabled: true,
  });
  return section(
    t('recovery.not-me'),
    html`<p>${t('recovery.not-me-body')}</p>${view.fromItself && html`<p>${t('recovery.from-itself')}</p>`}${buttonGroup([bySession, byPasskey])}`,
  );
}

/** A recovery that cools off: what it limits, and how it is cancelled. */
export function recoveryPage(t: Texts, view: RecoveryView): Content {
  const { recovery } = view;
  return {
    title: t(recovery === undefined ? 'recovery.none' : 'recovery.title'),
    width: 'narrow',
    url: '/recovery',
    scripts: ['/assets/idp/object.js'],
    data: {
      'recovery-data': {
        place: '/recovery',
        csrfToken: view.csrfToken,
        webauthnModule: WEBAUTHN_MODULE,
        ...scriptTexts(t),
      },
    },
    body: html`
${pageHeading({
  title: t(recovery === undefined ? 'recovery.none' : 'recovery.title'),
  lead: t(recovery === undefined ? 'recovery.none-lead' : 'recovery.lead'),
})}
<noscript><p>${t('sign-in.no-script')}</p></noscript>
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
${
  recovery &&
  html`${summaryList([
    { key: t('recovery.way'), value: t(`recovery.way-${recovery.way}`) },
    { key: t('recovery.begun-at'), value: dateTime(recovery.begunAt, t.lang) },
    { key: t('recovery.until'), value: dateTime(recovery.coolingUntil, t.lang) },
  ])}${alert('info', undefined, html`<p>${t('recovery.limits')}</p>`)}`
}
${cancelling(t, view)}`,
  };
}

export function recoveryCancelledPage(t: Texts): Content {
  return {
    title: t('recovery.cancelled'),
    width: 'narrow',
    url: '/recovery',
    body: html`
${pageHeading({ title: t('recovery.cancelled'), lead: t('recovery.cancelled-lead') })}
${buttonLink(t('recovery.sign-in'), '/account', { big: true })}`,
  };
}
