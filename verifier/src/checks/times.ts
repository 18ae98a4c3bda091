const zone = 'Asia/Taipei';
const chinese = new Intl.DateTimeFormat('zh-TW-u-ca-roc', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: zone,
});
const english = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: zone });

/** A moment for both languages of a sentence, in Taiwan's time and, in Chinese, its calendar. */
export function timeValues(key: string, moment: Date): Record<string, string> {
  return {
    [`${key}.zh`]: chinese.format(moment),
    [`${key}.en`]: `${english.format(moment)} (Taipei)`,
  };
}
