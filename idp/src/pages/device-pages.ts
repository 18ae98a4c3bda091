import {
  alert,
  button,
  buttonGroup,
  code as codeText,
  formField,
  hiddenFields,
  html,
  page,
  pageHeading,
  summaryList,
} from '@xinlu/common/page';
import type { RegisterView } from '@xinlu/common/register';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { DevicePages } from '../adapters/oidc/device-flow.ts';
import { type Lang, type Texts, texts } from '../locales/index.ts';
import { askedAgain } from './protocol-pages.ts';
import { serviceOf } from './service.ts';

const FAULTS = {
  unknown: 'device.fault.unknown',
  stopped: 'device.fault.stopped',
  failed: 'device.fault.failed',
} as const;

/** The pages of a sign-in at a kiosk: type its code, see what it is, done. */
export function createDevicePages(options: {
  demo: boolean;
  register: () => RegisterView;
  langOf: (ctx: KoaContextWithOIDC) => Lang;
}): DevicePages {
  const frame = (
    ctx: KoaContextWithOIDC,
    title: (t: Texts) => string,
    body: (t: Texts, lang: Lang) => ReturnType<typeof html>,
  ) => {
    const lang = options.langOf(ctx);
    const t = texts(lang);
    return page({
      lang,
      service: serviceOf(t),
      title: title(t),
      url: askedAgain(ctx),
      demo: options.demo,
      body: body(t, lang),
    });
  };
  return {
    input: (ctx, form) =>
      frame(
        ctx,
        (t) => t('device.title'),
        (t) => html`
${pageHeading({ title: t('device.title'), lead: t('device.lead') })}
${form.fault === undefined ? '' : alert(form.fault === 'stopped' ? 'info' : 'error', undefined, html`<p>${t(FAULTS[form.fault])}</p>`, { live: true })}
<form method="post" action="${form.action}" class="xl-form">${hiddenFields({ xsrf: form.secret })}
${formField({ name: 'user_code', label: t('device.code'), hint: t('device.code-hint'), autocomplete: 'off', required: true })}
${buttonGroup([button(t('device.continue'), { big: true })])}</form>`,
      ),
    confirm: (ctx, form) =>
      frame(
        ctx,
        (t) => t('device.confirm-title'),
        (t, lang) => {
          const party = options.register().activeParticipant(form.clientId);
          return html`
${pageHeading({ title: t('device.confirm-title'), lead: t('device.confirm-lead') })}
${summaryList([
  { key: t('device.organisation'), value: party?.name[lang] ?? form.clientId },
  { key: t('device.website'), value: party === undefined ? '' : new URL(party.homepage).host },
  { key: t('device.code'), value: codeText(form.code) },
])}
${alert('warning', undefined, html`<p>${t('device.warning')}</p>`)}
<form method="post" action="${form.action}" class="xl-form">${hiddenFields({ xsrf: form.secret, user_code: form.code })}
${buttonGroup([
  button(t('device.yes'), { name: 'confirm', value: 'yes', big: true }),
  button(t('device.no'), { name: 'abort', value: 'yes', kind: 'secondary', big: true }),
])}</form>`;
        },
      ),
    done: (ctx) =>
      frame(
        ctx,
        (t) => t('device.done-title'),
        (t) =>
          html`${pageHeading({ title: t('device.done-title') })}${alert('success', undefined, html`<p>${t('device.done')}</p>`)}`,
      ),
  };
}
