import { readTrustList } from '../src/index.ts';
import { element } from './element.ts';
import { type Language, textOf } from './words.ts';

/** A trust list that was dropped. Whoever sends a paper can send one too, so nothing follows from it by itself. */
export type DroppedList = {
  readonly file: string;
  readonly text: string;
  /** Name of the log that it claims to be from; undefined if it cannot be used. */
  readonly claimedOrigin: string | undefined;
};

const originLimit = 60;

export async function readDropped(file: string, text: string): Promise<DroppedList> {
  const list = await readTrustList(text);
  return { file, text, claimedOrigin: list?.log.origin.slice(0, originLimit) };
}

/** The question whether to use a dropped trust list, in words; for a broken one only that it is. */
export function showOffer(
  language: Language,
  { file, claimedOrigin: origin }: DroppedList,
  answers: { readonly accept: () => void; readonly decline: () => void },
): HTMLElement {
  const line = (text: string) => element('p', { class: 'usa-alert__text' }, text);
  const content =
    origin === undefined
      ? [line(textOf(language, 'offer-broken', { file }))]
      : [
          element('h2', { class: 'usa-alert__heading' }, textOf(language, 'offer-title')),
          line(textOf(language, 'offer-body', { file, origin })),
          line(textOf(language, 'offer-warning')),
          element(
            'div',
            { class: 'xl-button-group' },
            button(textOf(language, 'offer-decline'), '', answers.decline),
            button(textOf(language, 'offer-accept'), 'usa-button--outline', answers.accept),
          ),
        ];
  return element(
    'div',
    { class: `usa-alert usa-alert--${origin === undefined ? 'error' : 'warning'} xl-alert` },
    element('div', { class: 'usa-alert__body' }, ...content),
  );
}

export function button(text: string, kind: string, pressed: () => void): HTMLElement {
  const made = element('button', { class: `usa-button ${kind}`, type: 'button' }, text);
  made.addEventListener('click', pressed);
  return made;
}
