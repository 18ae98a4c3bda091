/** The two languages every page has. Traditional Chinese (Taiwan) is the source; English follows it. */
export const LANGUAGES = ['zh-TW', 'en'] as const;
export type Lang = (typeof LANGUAGES)[number];
export const DEFAULT_LANGUAGE: Lang = 'zh-TW';
export const LANGUAGE_COOKIE = 'xinlu_lang';
export const LANGUAGE_PARAMETER = 'lang';

/** What of a request tells the reader's language; a Fastify request fits as it is. */
export type LanguageHints = {
  query?: unknown;
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  cookies?: Readonly<Record<string, string | undefined>>;
};

function known(value: unknown): Lang | undefined {
  return LANGUAGES.find((lang) => lang === value);
}

/** The language asked for by this very request (`?lang=en`), which the HTTP base then keeps in the cookie. */
export function chosenLanguage(request: LanguageHints): Lang | undefined {
  const query = request.query;
  if (typeof query !== 'object' || query === null) return undefined;
  return known(new Map(Object.entries(query)).get(LANGUAGE_PARAMETER));
}

/** `Accept-Language` (RFC 9110 section 12.5.4): any Chinese reader gets zh-TW; ranges we lack are passed over. */
function acceptedLanguage(header: string): Lang | undefined {
  const ranges = header
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [range = '', ...parameters] = part.trim().split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return {
        primary: range.toLowerCase().split('-')[0],
        quality: weight === undefined ? 1 : Number(weight),
      };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { primary } of ranges) {
    if (primary === 'zh') return 'zh-TW';
    if (primary === 'en') return 'en';
  }
  return undefined;
}

/** The reader's language: `?lang=`, then the cookie `xinlu_lang`, then `Accept-Language`, then zh-TW. Never throws. */
export function languageOf(request: LanguageHints): Lang {
  const header = request.headers?.['accept-language'];
  return (
    chosenLanguage(request) ??
    known(request.cookies?.[LANGUAGE_COOKIE]) ??
    (typeof header === 'string' ? acceptedLanguage(header) : undefined) ??
    DEFAULT_LANGUAGE
  );
}
