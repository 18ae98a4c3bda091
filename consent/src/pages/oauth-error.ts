import { type LanguageHints, languageOf } from '@xinlu/common/i18n';
import { errorPage } from '@xinlu/common/page';
import { texts } from '../locales/texts.ts';
import { serviceOf } from './context.ts';

/** An authorization request so wrong that it cannot be sent back to a relying party, or one that cannot be served now. */
export function oauthErrorPage(request: LanguageHints, demo: boolean, retryable: boolean): string {
  const lang = languageOf(request);
  const t = texts(lang);
  if (retryable) return errorPage({ lang, service: serviceOf(lang), kind: 'retryable', demo });
  return errorPage({
    lang,
    service: serviceOf(lang),
    kind: 'refused',
    demo,
    title: t('oauth.error.title'),
    message: t('oauth.error.body'),
  });
}
