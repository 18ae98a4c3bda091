import { element } from './element.ts';
import type { PaperSource } from './print-code.ts';
import { button } from './trust-offer.ts';
import { type Language, type TextKey, textOf } from './words.ts';

const note = (kind: string, ...children: (Node | string)[]) =>
  element(
    'div',
    { class: `usa-alert usa-alert--${kind} xl-alert` },
    element('div', { class: 'usa-alert__body' }, ...children),
  );

/** Whether to ask the issuer for the paper of a code, in words: nothing is sent before the reader says so. */
export function showCodeOffer(
  language: Language,
  source: PaperSource | undefined,
  answers: { readonly fetch: () => void; readonly decline: () => void },
): HTMLElement {
  const t = (key: TextKey, values?: Record<string, string>) => textOf(language, key, values);
  if (!source) return showCodeNote(language, 'code-unknown');
  const values = { name: source.name[language] };
  return note(
    'info',
    element('h2', { class: 'usa-alert__heading' }, t('code-title', values)),
    element('p', { class: 'usa-alert__text' }, t('code-body', values)),
    element(
      'div',
      { class: 'xl-button-group' },
      button(t('code-fetch'), '', answers.fetch),
      button(t('code-decline'), 'usa-button--outline', answers.decline),
    ),
  );
}

const kinds = {
  'code-unknown': 'error',
  'code-away': 'warning',
  'code-other': 'error',
  'code-same': 'info',
} as const;

/** One sentence about a code. */
export function showCodeNote(language: Language, key: keyof typeof kinds): HTMLElement {
  return note(
    kinds[key],
    element('p', { class: 'usa-alert__text', 'data-note': key }, textOf(language, key)),
  );
}
