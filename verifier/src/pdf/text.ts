/** Numbers and days as a printed paper has them, by rules of our own: what was printed years ago must come out the same. */

/** 民國115年11月20日 of a calendar day `YYYY-MM-DD`; the text itself if it is none. */
export function rocDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return day;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  return year > 1911
    ? `民國${year - 1911}年${month}月${date}日`
    : `民國前${1912 - year}年${month}月${date}日`;
}

/** The calendar day of a NumericDate by the clock of Taipei, which is UTC+8 all year. */
export function taipeiDay(epochSeconds: number): string {
  const moment = new Date((epochSeconds + 8 * 3600) * 1000);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(0, 10);
}

/** 12,000,000 of 12000000; decimals stay as they are. */
export function grouped(number: string): string {
  const [whole = '', ...decimals] = number.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}

/** What may not end a line. */
const opening = /^[「『《〈（〔“‘([]$/u;
/** What may not begin a line. */
const closing = /^[，。、；：！？）」』》〉〕’”,.;:!?)\]%％]$/u;

/**
 * Breaks a text into lines no wider than `width`: at its own line ends, at spaces, and between any two characters of
 * which one is not Latin, but never before closing punctuation.
 */
export function breakLines(text: string, width: number, widthOf: (text: string) => number): string[] {
  return text.split('\n').flatMap((line) => breakLine(line, width, widthOf));
}

function breakLine(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of pieces(text)) {
    const needed = widthOf(piece.trimEnd());
    if (line !== '' && used + needed > width) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    line += piece;
    used += widthOf(piece);
  }
  return [...lines, line.trimEnd()];
}

/** What is never broken inside: a Latin word with the space after it, or one other character with what closes it. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (const char of text) {
    const last = found.at(-1);
    const joins =
      last !== undefined &&
      (closing.test(char) ||
        opening.test(last.at(-1) ?? '') ||
        (isLatin(char) && isLatin(last.at(-1) ?? '')));
    if (joins && last.length < longestPiece) found[found.length - 1] = `${last}${char}`;
    else if (char === ' ' && last !== undefined) found[found.length - 1] = `${last} `;
    else found.push(char);
  }
  return found;
}

/** A word without end is broken all the same. */
const longestPiece = 40;

function isLatin(char: string): boolean {
  return /^[\u0021-\u024f]$/.test(char);
}
