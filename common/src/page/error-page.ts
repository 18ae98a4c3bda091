import type { Lang } from '../i18n/language.ts';
import { alert, bulletList, pageHeading } from './content.ts';
import { buttonGroup, buttonLink } from './forms.ts';
import type { HtmlValue } from './html.ts';
import { html } from './html.ts';
import type { Service } from './shell.ts';
import { page } from './shell.ts';
import { words } from './words.ts';

/** What kind of page to show: the kinds of `AppError`, and the address that does not exist. */
export type ErrorPageKind = 'refused' | 'retryable' | 'fatal' | 'not-found';

/**
 * The page of an error. Without own words it says what the kind means, whose fault it is and what to do now. `message`
 * is an error's public message; `requestId` is what she can quote. Technical detail has no place here.
 */
export function errorPage(options: {
  lang: Lang;
  service: Service;
  kind: ErrorPageKind;
  title?: string | undefined;
  message?: HtmlValue;
  /** What she can do, as a list. */
  advice?: readonly HtmlValue[] | undefined;
  /** Buttons; a link home unless told. */
  actions?: readonly HtmlValue[] | undefined;
  requestId?: string | undefined;
  nonce?: string | undefined;
  demo?: boolean | undefined;
  url?: string | false | undefined;
}): string {
  const { lang, service, kind } = options;
  const t = words(lang);
  const title = options.title ?? t(`error-${kind}-heading`);
  const advice = options.advice ?? [];
  const body = html`
${pageHeading({ title })}
${alert(kind === 'not-found' ? 'info' : kind === 'retryable' ? 'warning' : 'error', undefined, html`<p>${options.message ?? t(`error-${kind}-body`)}</p>`)}
${advice.length > 0 && html`<h2>${t('error-what-now')}</h2>${bulletList(advice)}`}
${buttonGroup(options.actions ?? [buttonLink(t('error-back-home'), service.home ?? '/')])}
${options.requestId && html`<p class="xl-quiet">${t.html('error-reference', { id: html`<code class="xl-code">${options.requestId}</code>` })}</p>`}`;
  return page({
    lang,
    service,
    title,
    body,
    url: options.url ?? false,
    demo: options.demo ?? false,
    ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
  });
}
