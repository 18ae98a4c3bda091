import type { Texts } from '../locales/index.ts';

type Words = Pick<Texts, 'lang'>;

/** Things side by side, as a reader of this language expects them. */
export const listed = ({ lang }: Words, things: readonly string[]): string =>
  things.join(lang === 'zh-TW' ? '、' : ', ');

/** Between what is named and what is said of it. */
export const colon = ({ lang }: Words): string => (lang === 'zh-TW' ? '：' : ': ');
