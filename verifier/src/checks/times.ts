import type { Words } from './words.ts';

const timeZone = 'Asia/Taipei';
const chineseDay = new Intl.DateTimeFormat('zh-TW-u-ca-roc', { dateStyle: 'long', timeZone });
const englishDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone });

/** 民國115年11月21日 or 21 November 2026, by the clock of Taipei. */
export function dayWords(moment: Date): Words {
  return { zh: chineseDay.format(moment), en: englishDay.format(moment) };
}

/** 民國115年11月21日 18:05 or 21 November 2026, 18:05, by the clock of Taipei. */
export function momentWords(moment: Date): Words {
  const { zh, en } = dayWords(moment);
  const time = clock.format(moment);
  return { zh: `${zh} ${time}`, en: `${en}, ${time}` };
}

/** A moment for both languages of a sentence. */
export function timeValues(key: string, moment: Date): Record<string, string> {
  const { zh, en } = momentWords(moment);
  return { [`${key}.zh`]: zh, [`${key}.en`]: `${en} (Taipei)` };
}
