import polyglotI18nProvider from 'ra-i18n-polyglot';
import englishMessages from 'ra-language-english';
import { type I18nProvider, mergeTranslations } from 'react-admin';
import { en } from './en.ts';
import { raZhTw } from './ra-zh-tw.ts';
import { zhTw } from './zh-tw.ts';

export type Lang = 'zh-TW' | 'en';
const COOKIE = 'xinlu_lang';
const YEAR_SECONDS = 31_536_000;

const messages = {
  'zh-TW': mergeTranslations(englishMessages, raZhTw, zhTw),
  en: mergeTranslations(englishMessages, en),
};

/** The language kept by any of the country's pages, zh-TW where none was chosen. */
function keptLanguage(): Lang {
  return new RegExp(`(?:^|; )${COOKIE}=en(?:;|$)`).test(document.cookie) ? 'en' : 'zh-TW';
}

function apply(lang: Lang): void {
  document.documentElement.lang = lang;
  document.title = messages[lang].app.name as string;
}

const provider = polyglotI18nProvider(
  (locale) => messages[locale as Lang],
  keptLanguage(),
  [
    { locale: 'zh-TW', name: '中文' },
    { locale: 'en', name: 'English' },
  ],
  { allowMissing: false },
);
apply(keptLanguage());

/** The console's words; a change of language is kept for all pages of the country. */
export const i18nProvider: I18nProvider = {
  ...provider,
  async changeLocale(locale) {
    await provider.changeLocale(locale);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `${COOKIE}=${locale}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    apply(locale as Lang);
  },
};
