export type { Moment } from './dates.ts';
export { dateOf, dateTime, duration, rocDate, rocDateTime } from './dates.ts';
export { registerLanguage } from './fastify.ts';
export type { Lang, LanguageHints } from './language.ts';
export {
  chosenLanguage,
  DEFAULT_LANGUAGE,
  LANGUAGE_COOKIE,
  LANGUAGE_PARAMETER,
  LANGUAGES,
  languageOf,
} from './language.ts';
export type { Catalogue, Message, Translate } from './translator.ts';
export { assertCompleteCatalogues, createTranslator } from './translator.ts';
