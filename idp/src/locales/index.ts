import { createTranslator, type Lang } from '@xinlu/common/i18n';
import { en } from './en.ts';
import { zhTW } from './zh-TW.ts';

export const texts = createTranslator({ 'zh-TW': zhTW, en });
export type Texts = ReturnType<typeof texts>;
export type { Lang };
