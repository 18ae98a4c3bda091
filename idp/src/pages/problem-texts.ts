import type { Texts } from '../locales/index.ts';
import { zhTW } from '../locales/zh-TW.ts';

type Key = keyof typeof zhTW;
const keysUnder = (prefix: string): Key[] =>
  (Object.keys(zhTW) as Key[]).filter((key) => key.startsWith(prefix));

/** A refusal in her words, by its stable code; undefined where the general words of its kind serve better. */
export function problemText(t: Texts, code: string): string | undefined {
  const key = keysUnder('problem.').find((known) => known === `problem.${code}`);
  return key === undefined ? undefined : (t as (key: Key) => string)(key);
}

/** The words that the scripts say: by problem code, and by their own names. */
export function scriptTexts(t: Texts): { problems: Record<string, string>; words: Record<string, string> } {
  const under = (prefix: string) =>
    Object.fromEntries(
      keysUnder(prefix).map((key) => [key.slice(prefix.length), (t as (key: Key) => string)(key)]),
    );
  return { problems: under('problem.'), words: under('script.') };
}

/** Where the library's modules are served, for the scripts to load. */
export const WEBAUTHN_MODULE = '/assets/webauthn/index.js';
