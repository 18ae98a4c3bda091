/*
 * The only file that knows `ghtml`. Only its escaping is used, one value at a time: its own tag leaves a value raw
 * when the character before it is an exclamation mark, so that a greeting such as "hello!" before a name would be an
 * injection. Here nothing is raw unless it is Html already, and Html comes from html`` or from `trustedHtml`.
 */
import { html as escapeTemplate } from 'ghtml';

/* The class stays private and its field makes the type nominal: outside this file neither a string nor `new` can make one. */
class SafeMarkup {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

/** Markup that is safe to send. `String(markup)` gives the text. */
export type Html = SafeMarkup;

/** What html`` takes: text and numbers are escaped, Html goes in as it is, nothing and false vanish, lists are joined. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof SafeMarkup) return value.toString();
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value === 'string' || typeof value === 'number') return escapeTemplate`${value}`;
  throw new TypeError('html`` takes text, numbers, Html and lists of these');
}

const checked = new WeakSet<TemplateStringsArray>();

/** An unquoted attribute value can end at a space and start another attribute; such a template is a programming error. */
function refuseUnquotedAttributes(literals: TemplateStringsArray): void {
  if (checked.has(literals)) return;
  let place: 'text' | 'tag' | '"' | "'" = 'text';
  for (const literal of literals.slice(0, -1)) {
    for (let index = 0; index < literal.length; index += 1) {
      const character = literal.charAt(index);
      if (place === 'text') {
        if (character === '<' && /[a-z/]/i.test(literal.charAt(index + 1))) place = 'tag';
      } else if (place === 'tag') {
        if (character === '>') place = 'text';
        else if (character === '"' || character === "'") place = character;
      } else if (character === place) place = 'tag';
    }
    if (place === 'tag' && /=\s*$/.test(literal)) {
      throw new TypeError('an attribute value in html`` must stand in quotes');
    }
  }
  checked.add(literals);
}

/** The escaping template: html`<p>${text}</p>`. Attribute values must stand in quotes; nested html`` stays markup. */
export function html(literals: TemplateStringsArray, ...values: HtmlValue[]): Html {
  refuseUnquotedAttributes(literals);
  let markup = literals[0] ?? '';
  values.forEach((value, index) => {
    markup += render(value) + (literals[index + 1] ?? '');
  });
  return new SafeMarkup(markup);
}

/** Takes markup as it is, unescaped. Only for markup that this repository wrote (an SVG file), never for data. */
export function trustedHtml(markupWeWrote: string): Html {
  return new SafeMarkup(markupWeWrote);
}

/** One piece of markup from many. */
export function joinHtml(pieces: readonly HtmlValue[]): Html {
  return html`${pieces}`;
}

/**
 * Attributes from an object: text in quotes, `true` as a bare name, undefined and false left out. Names come from code,
 * never from data, and event handlers are refused (the content security policy would not run them anyway).
 */
export function attributes(record: Readonly<Record<string, string | number | boolean | undefined>>): Html {
  return joinHtml(
    Object.entries(record).map(([name, value]) => {
      if (!/^[a-z][a-z0-9-]*$/.test(name) || name.startsWith('on'))
        throw new TypeError(`attribute name ${name}`);
      if (value === undefined || value === false) return '';
      return value === true ? html` ${name}` : html` ${name}="${value}"`;
    }),
  );
}

/**
 * An address for href or action: relative, http(s), mailto or tel. Anything else (javascript:, data:) throws TypeError,
 * so that an address from outside can never become a script.
 */
export function safeAddress(address: string): string {
  const parsed = URL.canParse(address, 'http://relative.invalid')
    ? new URL(address, 'http://relative.invalid').protocol
    : '';
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(parsed)) throw new TypeError('not a linkable address');
  return address;
}

/**
 * A JSON block for our browser scripts: `JSON.parse(document.getElementById(id).textContent)`. Not executed, so the
 * content security policy lets it be; `<` is written as an escape, so no value can close the element.
 */
export function jsonData(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${id}">${trustedHtml(json)}</script>`;
}
