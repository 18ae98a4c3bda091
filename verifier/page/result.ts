import { dayWords, momentWords } from '../src/checks/times.ts';
import { type Check, type PaperField, paperTypeOf, type Report } from '../src/index.ts';
import { element } from './element.ts';
import { claimNames, claimValues, type Language, type TextKey, textOf } from './words.ts';

const alerts = { valid: 'success', 'not-valid': 'error', 'cannot-tell': 'warning' } as const;
const marks = { pass: '✓', fail: '✕', unknown: '?' } as const;

/**
 * What came of one file, for people: the answer, what the document says, and each check in words.
 *
 * @param ownList who the trust list claims to be from, if the reader took another than this site's: the answer says
 *   so in its heading, and does not look like an answer of this site
 */
export function showReport(
  language: Language,
  name: string,
  report: Report,
  ownList: string | undefined,
): HTMLElement[] {
  const t = (key: TextKey) => textOf(language, key);
  const kind = report.kind ? `${kindText(language, report)}：` : '';
  const own = ownList === undefined ? '' : textOf(language, 'own-list', { origin: ownList });
  const look = own !== '' && report.verdict === 'valid' ? 'info' : alerts[report.verdict];
  const parts = [
    element(
      'div',
      {
        class: `usa-alert usa-alert--${look} xl-alert`,
        id: 'verdict',
        'data-verdict': report.verdict,
      },
      element(
        'div',
        { class: 'usa-alert__body' },
        element(
          'h2',
          { class: 'usa-alert__heading' },
          `${own}${language === 'zh' ? kind : kind.replace('：', ': ')}${t(report.verdict)}`,
        ),
        ...(own === '' ? [] : [element('p', { class: 'usa-alert__text' }, t('own-list-body'))]),
        ...(own !== '' && report.verdict === 'valid'
          ? []
          : [element('p', { class: 'usa-alert__text' }, t(`${report.verdict}-body`))]),
        element('p', { class: 'usa-alert__text xl-quiet' }, name),
      ),
    ),
  ];
  const failedFirst = [...report.checks].sort((a, b) => rank(a) - rank(b));
  const checks = [
    element('h2', {}, t('checks')),
    element('ul', { class: 'vf-checks' }, ...failedFirst.map((check) => showCheck(language, check))),
  ];
  const claims = showClaims(language, report);
  return report.verdict === 'valid' ? [...parts, ...claims, ...checks] : [...parts, ...checks, ...claims];
}

function kindText(language: Language, { kind = 'credential', claims }: Report): string {
  const type = paperTypeOf(claims?.['vct']);
  if (type) return type.name[language === 'zh' ? 0 : 1];
  return textOf(language, `kind-${kind}`);
}

function rank({ result }: Check): number {
  return ['fail', 'unknown', 'pass'].indexOf(result);
}

function showCheck(language: Language, { result, words, code }: Check): HTMLElement {
  return element(
    'li',
    { class: 'vf-checks__item', 'data-code': code },
    element(
      'span',
      {
        class: `vf-checks__mark vf-checks__mark--${result}`,
        role: 'img',
        'aria-label': textOf(language, `result-${result}`),
      },
      marks[result],
    ),
    element('span', {}, words[language]),
  );
}

function showClaims(language: Language, { claims, verdict, issuer }: Report): HTMLElement[] {
  if (!claims) return [];
  const rows = paperRows(language, claims);
  for (const [claim, zh, en] of claimNames) {
    const value = readable(claimAt(claims, claim));
    if (value === undefined) continue;
    rows.push(
      element(
        'div',
        { class: 'xl-summary__row' },
        element('dt', {}, language === 'zh' ? zh : en),
        element(
          'dd',
          {},
          claim === 'iss' && issuer ? issuer.name[language] : claimText(language, claim, value),
        ),
      ),
    );
  }
  const everything = element(
    'details',
    { class: 'xl-details' },
    element('summary', {}, textOf(language, 'all')),
    element(
      'div',
      { class: 'xl-details__body' },
      element('pre', { class: 'xl-code-block', tabindex: '0' }, JSON.stringify(claims, null, 2)),
    ),
  );
  const heading = element('h2', {}, textOf(language, verdict === 'valid' ? 'content' : 'content-unverified'));
  return [heading, element('dl', { class: 'xl-summary' }, ...rows), everything];
}

/** What a paper of a known type says, field by field, by the names of its type. */
function paperRows(language: Language, claims: object): HTMLElement[] {
  const at = language === 'zh' ? 0 : 1;
  const fields = paperTypeOf(claimAt(claims, 'vct'))?.fields ?? [];
  return fields.flatMap((field) => {
    const value = claimAt(claims, field.name);
    const text = field.columns ? rowsText(field, value, language) : fieldText(field, value, language);
    if (text === undefined) return [];
    return [
      element(
        'div',
        { class: 'xl-summary__row' },
        element('dt', {}, field.label[at]),
        element('dd', {}, text),
      ),
    ];
  });
}

function fieldText(
  field: Pick<PaperField, 'name' | 'unit' | 'choices'>,
  value: unknown,
  language: Language,
): string | undefined {
  if (typeof value !== 'string') return undefined;
  const at = language === 'zh' ? 0 : 1;
  const text = field.choices?.[value]?.[at] ?? claimText(language, field.name, value);
  return field.unit ? `${text} ${field.unit[at]}` : text;
}

/** The rows of a list, each on one line. */
function rowsText({ columns = [] }: PaperField, value: unknown, language: Language): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = value
    .filter(isRecord)
    .map((row) =>
      columns
        .flatMap((column) => fieldText(column, row[column.name], language) ?? [])
        .join(language === 'zh' ? '，' : ', '),
    );
  return rows.join(language === 'zh' ? '；' : '; ');
}

/** The claim at a dotted path. */
function claimAt(claims: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), claims);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Texts, numbers, and lists of what has a title of its own; anything else is left to the technical form. */
function readable(value: unknown): string | number | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parts = value.map((item) => readable(isRecord(item) ? titled(item) : item));
  return parts.every((part) => part !== undefined) ? parts.join('、') : undefined;
}

function titled(item: Record<string, unknown>): unknown {
  const inner = readable(item['fields']);
  const title = item['title'];
  return inner === undefined || typeof title !== 'string' ? title : `${title}（${inner}）`;
}

function claimText(language: Language, claim: string, value: string | number): string {
  const known = claimValues[`${claim}:${value}`];
  if (known) return known[language === 'zh' ? 0 : 1];
  if ((claim === 'iat' || claim === 'exp') && typeof value === 'number') {
    return momentText(language, new Date(value * 1000));
  }
  const moment = /^\d{4}-\d{2}-\d{2}T/.test(String(value)) && new Date(value);
  if (moment) return momentText(language, moment);
  const date = /^\d{4}-\d{2}-\d{2}$/.test(String(value)) && new Date(`${value}T00:00:00+08:00`);
  if (!date) return String(value);
  return Number.isNaN(date.getTime()) ? String(value) : dayWords(date)[language];
}

function momentText(language: Language, moment: Date): string {
  if (Number.isNaN(moment.getTime())) return '–';
  return momentWords(moment)[language];
}
