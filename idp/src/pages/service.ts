import type { Service } from '@xinlu/common/page';
import type { Texts } from '../locales/index.ts';

export const serviceOf = (t: Texts): Service => ({ name: t('service'), home: '/' });
