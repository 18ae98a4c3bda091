/*
 * Why our own 60 lines and not i18next: i18next types its keys by augmenting one global interface, and all rooms are
 * checked as one program, so each room's keys would be valid in every other room; its interpolation escapes HTML
 * inside the text (a second time under html``), and a missing key comes back as its own name at run time. Here the
 * keys and the {placeholders} of each catalogue are types of their own, and a gap stops the program at start.
 */
import type { Html } from '../page/html.ts';
import { html, joinHtml } from '../page/html.ts';
import type { Lang } from './language.ts';

/** A text with `{placeholders}`, or one text per plural form of `{count}` (English needs it, Chinese does not). */
export type Message = string | { readonly one: string; readonly other: string };
export type Catalogue = Readonly<Record<string, Message>>;

type PlaceholdersOfText<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOfText<Rest>
  : never;
type TextsOf<M> = M extends string ? M : M extends { one: infer A; other: infer B } ? A | B : never;
/** The placeholder names of a message; `string` where the text is not known to the compiler (a JSON catalogue). */
type Placeholders<M> =
  string extends TextsOf<M>
    ? string
    : TextsOf<M> extends infer S extends string
      ? PlaceholdersOfText<S>
      : never;
type Arguments<M, Value> =
  string extends Placeholders<M>
    ? [values?: Readonly<Record<string, Value>>]
    : [Placeholders<M>] extends [never]
      ? []
      : [values: { readonly [K in Placeholders<M>]: Value }];

/** `t('key', { name })` gives plain text, to be escaped by html`` like any other text. */
export type Translate<Z extends Catalogue> = {
  <K extends keyof Z & string>(key: K, ...values: Arguments<Z[K], string | number>): string;
  /** The same as safe HTML, whose placeholders may be Html (a link inside a sentence); all else is escaped. */
  html<K extends keyof Z & string>(key: K, ...values: Arguments<Z[K], string | number | Html>): Html;
  readonly lang: Lang;
};

type Catalogues<Z extends Catalogue> = {
  readonly 'zh-TW': Z;
  readonly en: { readonly [K in keyof Z]: Message };
};

const PLACEHOLDER = /\{([^{}]*)\}/g;

function texts(message: Message): string[] {
  return typeof message === 'string' ? [message] : [message.one, message.other];
}

function placeholders(message: Message): string {
  const names = texts(message).flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]));
  return [...new Set(names)].sort().join(', ');
}

/** Throws one error that lists every gap: keys that one language lacks, empty texts, placeholders that differ. */
export function assertCompleteCatalogues(catalogues: {
  readonly 'zh-TW': Catalogue;
  readonly en: Catalogue;
}): void {
  const source = new Map(Object.entries(catalogues['zh-TW']));
  const english = new Map(Object.entries(catalogues.en));
  const faults: string[] = [];
  for (const key of new Set([...source.keys(), ...english.keys()])) {
    const zh = source.get(key);
    const en = english.get(key);
    if (zh === undefined || en === undefined) {
      faults.push(`${key} is missing in ${zh === undefined ? 'zh-TW' : 'en'}`);
    } else if ([...texts(zh), ...texts(en)].some((text) => text.trim() === '')) {
      faults.push(`${key} is empty`);
    } else if (placeholders(zh) !== placeholders(en)) {
      faults.push(`${key} has {${placeholders(zh)}} in zh-TW and {${placeholders(en)}} in en`);
    }
  }
  if (faults.length > 0) throw new Error(`catalogues: ${faults.join('; ')}`);
}

const pluralRules = { 'zh-TW': new Intl.PluralRules('zh-TW'), en: new Intl.PluralRules('en') };

function select(message: Message, lang: Lang, count: unknown): string {
  if (typeof message === 'string') return message;
  return typeof count === 'number' && pluralRules[lang].select(count) === 'one' ? message.one : message.other;
}

/**
 * Binds two catalogues: zh-TW gives the keys, an English gap fails the type check, and any gap throws here at start.
 * Write catalogues as flat keys in `.ts` files with `as const`, and the placeholders are checked too.
 */
export function createTranslator<const Z extends Catalogue>(
  catalogues: Catalogues<Z>,
): (lang: Lang) => Translate<Z> {
  assertCompleteCatalogues(catalogues);

  function bind(lang: Lang): Translate<Z> {
    const messages = new Map<string, Message>(Object.entries(catalogues[lang]));

    function pieces<V>(key: string, values: Readonly<Record<string, V>> | undefined): (string | V)[] {
      const message = messages.get(key);
      if (message === undefined) throw new Error(`no text named ${key}`);
      const given = new Map(Object.entries(values ?? {}));
      return select(message, lang, given.get('count'))
        .split(PLACEHOLDER)
        .map((piece, index) => {
          if (index % 2 === 0) return piece;
          const value = given.get(piece);
          if (value === undefined) throw new Error(`${key} needs {${piece}}`);
          return value;
        });
    }

    const translate = (key: string, values?: Readonly<Record<string, string | number>>): string =>
      pieces(key, values).join('');
    const asHtml = (key: string, values?: Readonly<Record<string, string | number | Html>>): Html =>
      joinHtml(pieces(key, values).map((piece) => html`${piece}`));
    return Object.assign(translate, { html: asHtml, lang }) as Translate<Z>;
  }

  const bound = { 'zh-TW': bind('zh-TW'), en: bind('en') };
  return (lang) => bound[lang];
}
