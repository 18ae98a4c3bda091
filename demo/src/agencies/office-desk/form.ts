import { dateOf, type Lang } from '@xinlu/common/i18n';
import { formField, type Html, select, textArea } from '@xinlu/common/page';
import type { PaperField, PaperType } from '@xinlu/verifier';
import { deskWords } from './words.ts';

/** What was typed, by field name; all texts. */
export type Typed = Readonly<Record<string, string>>;

const named = (lang: Lang) => (lang === 'en' ? 1 : 0);

const columnNames = (field: PaperField, lang: Lang): string =>
  (field.columns ?? []).map(({ label }) => label[named(lang)]).join(' | ');

/** The inputs of a paper's fields, from the table of types. */
export const paperInputs = (
  type: PaperType,
  lang: Lang,
  { typed, wrong }: { typed: Typed; wrong: ReadonlySet<string> },
): Html[] => {
  const t = deskWords(lang);
  return type.fields.map((field) => {
    const label = field.label[named(lang)];
    const base = {
      name: field.name,
      label,
      ...(field.optional ? { note: t('optional') } : {}),
      ...(wrong.has(field.name) ? { error: t('field-wrong', { label }) } : {}),
    };
    const value = typed[field.name] ?? '';
    if (field.choices) {
      const choices = Object.entries(field.choices).map(([key, words]) => ({
        value: key,
        label: words[named(lang)],
      }));
      return select({ ...base, value, choices: [{ value: '', label: '—' }, ...choices] });
    }
    if (field.form === 'rows')
      return textArea({
        ...base,
        value,
        maxlength: 20_000,
        hint: t('rows-hint', { columns: columnNames(field, lang) }),
      });
    if (field.form === 'prose') return textArea({ ...base, value, maxlength: 1000 });
    const isNumber = ['integer', 'decimal', 'business-number'].includes(field.form);
    return formField({
      ...base,
      value,
      maxlength: 200,
      autocomplete: 'off',
      ...(field.form === 'day' ? { hint: t('day-hint'), width: 'medium' as const } : {}),
      ...(isNumber ? { inputmode: 'numeric' as const, width: 'medium' as const } : {}),
    });
  });
};

/** A paper's content as it was typed; what is optional and empty is left out. The register of types judges it. */
export const typedPaper = (type: PaperType, typed: Typed): Record<string, unknown> =>
  Object.fromEntries(
    type.fields.flatMap((field) => {
      const text = (typed[field.name] ?? '').trim();
      if (text === '' && field.optional) return [];
      return [[field.name, field.columns ? typedRows(field, text) : text]];
    }),
  );

const typedRows = ({ columns = [] }: PaperField, text: string): Record<string, string>[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const row = Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? '']));
      // A cell too many must not vanish unseen.
      return cells.length > columns.length ? { ...row, more: cells.slice(columns.length).join('|') } : row;
    });

/** What a paper says, as it would have been typed. */
export const asTyped = (type: PaperType, claims: Readonly<Record<string, unknown>>): Typed =>
  Object.fromEntries(
    type.fields.map((field) => {
      const value = claims[field.name];
      if (!field.columns || !Array.isArray(value))
        return [field.name, typeof value === 'string' ? value : ''];
      const { columns } = field;
      const lines = value.map((row: Record<string, unknown>) =>
        columns.map(({ name }) => String(row[name] ?? '')).join(' | '),
      );
      return [field.name, lines.join('\n')];
    }),
  );

/** For showing: each field that the paper has, in words. */
export const paperFacts = (
  type: PaperType,
  claims: Readonly<Record<string, unknown>>,
  lang: Lang,
): { key: string; value: string }[] => {
  const texts = asTyped(type, claims);
  return type.fields.flatMap((field) => {
    const text = texts[field.name] ?? '';
    const words = field.choices?.[text]?.[named(lang)] ?? (field.form === 'day' ? dateOf(text, lang) : text);
    return text === ''
      ? []
      : [
          {
            key: field.label[named(lang)],
            value: field.unit ? `${words} ${field.unit[named(lang)]}` : words,
          },
        ];
  });
};
