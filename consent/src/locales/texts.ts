import { createTranslator } from '@xinlu/common/i18n';
import { en } from './en.ts';
import { zhTW } from './zh-tw.ts';

/** All words of this service's pages. */
export const texts = createTranslator({ 'zh-TW': zhTW, en });
export type Texts = ReturnType<typeof texts>;
