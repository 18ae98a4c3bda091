import { languageOf } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  errorPage,
  hiddenFields,
  html,
  page,
  pageHeading,
} from '@xinlu/common/page';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProtocolPages } from '../adapters/oidc/provider.ts';
import { type Lang, texts } from '../locales/index.ts';
import { serviceOf } from './service.ts';

export function langOf(ctx: KoaContextWithOIDC): Lang {
  const cookies = { xinlu_lang: ctx.cookies.get('xinlu_lang', { signed: false }) };
  return languageOf({ query: ctx.query, headers: ctx.headers, cookies });
}

/** The address under which this very page can be had in the other language. */
export const askedAgain = (ctx: KoaContextWithOIDC): string | false =>
  ctx.method === 'GET' ? ctx.originalUrl : false;

const MESSAGES: Readonly<Record<string, 'error.expired' | 'error.client' | 'error.unmet'>> = {
  session_not_found: 'error.expired',
  invalid_client: 'error.client',
  invalid_redirect_uri: 'error.client',
  unauthorized_client: 'error.client',
  unmet_authentication_requirements: 'error.unmet',
};

/** The pages that the protocol itself shows: faults that cannot go back to the site, and signing out. */
export function createProtocolPages(options: { demo: boolean }): ProtocolPages {
  return {
    error(ctx, { error }) {
      const lang = langOf(ctx);
      const t = texts(lang);
      const expired = error === 'invalid_request' && ctx.path.startsWith('/authorize/');
      return errorPage({
        lang,
        service: serviceOf(t),
        kind: error === 'server_error' ? 'fatal' : 'refused',
        ...(error === 'server_error'
          ? {}
          : {
              title: t('error.title'),
              message: t(MESSAGES[error] ?? (expired ? 'error.expired' : 'error.request')),
              advice: [t('error.advice')],
            }),
        demo: options.demo,
        url: askedAgain(ctx),
      });
    },
    logout(ctx, form) {
      const lang = langOf(ctx);
      const t = texts(lang);
      return page({
        lang,
        service: serviceOf(t),
        title: t('logout.title'),
        url: askedAgain(ctx),
        demo: options.demo,
        body: html`
${pageHeading({ title: t('logout.title'), lead: t('logout.lead') })}
<p>${t('logout.body')}</p>
<form method="post" action="${form.action}" class="xl-form">${hiddenFields({ xsrf: form.secret })}
${buttonGroup([
  button(t('logout.yes'), { name: 'logout', value: 'yes', big: true }),
  button(t('logout.no'), { kind: 'secondary', big: true }),
])}</form>`,
      });
    },
    loggedOut(ctx) {
      const lang = langOf(ctx);
      const t = texts(lang);
      return page({
        lang,
        service: serviceOf(t),
        title: t('logged-out.title'),
        url: askedAgain(ctx),
        demo: options.demo,
        body: html`${pageHeading({ title: t('logged-out.title') })}${alert('success', undefined, html`<p>${t('logged-out.body')}</p>`)}`,
      });
    },
  };
}
