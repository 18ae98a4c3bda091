import { createTranslator, dateOf, type Lang } from '@xinlu/common/i18n';
import { bulletList, type HtmlValue } from '@xinlu/common/page';
import type { Member } from './decision.ts';

/** A sum of New Taiwan dollars in the reader's way. */
export const dollars = (amount: number, lang: Lang): string =>
  lang === 'zh-TW' ? `新臺幣${amount.toLocaleString('en-US')} 元` : `NT$ ${amount.toLocaleString('en-US')}`;

const words = createTranslator({
  'zh-TW': {
    members: '戶籍成員',
    address: '戶籍地址',
    registered_since: '設籍日期',
    status: '資格',
    valid_until: '有效期限',
    case_number: '核定文號',
    annual_income: '全年所得',
    year: '所得年度',
    employer: '任職單位',
    'low-income': '低收入戶',
    'middle-low-income': '中低收入戶',
    none: '無',
    member: '{name}（{relation}，{born}出生）',
    'roc-year': '民國 {year} 年',
  },
  en: {
    members: 'Household members',
    address: 'Registered address',
    registered_since: 'Registered since',
    status: 'Status',
    valid_until: 'Valid until',
    case_number: 'Decision number',
    annual_income: 'Annual income',
    year: 'Income year',
    employer: 'Employer',
    'low-income': 'low income',
    'middle-low-income': 'middle-to-low income',
    none: 'none',
    member: '{name} ({relation}, born {born})',
    'roc-year': '{year}',
  },
});

const fields = [
  'members',
  'address',
  'registered_since',
  'status',
  'valid_until',
  'case_number',
  'annual_income',
  'year',
  'employer',
] as const;
const statuses = ['low-income', 'middle-low-income', 'none'] as const;

const known = <T extends string>(list: readonly T[], value: unknown): T | undefined =>
  list.find((one) => one === value);

export const fieldTitle = (field: string, lang: Lang): string => {
  const name = known(fields, field);
  return name ? words(lang)(name) : field;
};

const isDay = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** A released value in the reader's words. */
export const fieldValue = (field: string, value: unknown, lang: Lang): HtmlValue => {
  const t = words(lang);
  if (field === 'members' && Array.isArray(value))
    return bulletList(
      (value as Member[]).map((member) =>
        t('member', { name: member.name, relation: member.relation, born: dateOf(member.born, lang) }),
      ),
    );
  const status = field === 'status' ? known(statuses, value) : undefined;
  if (status) return t(status);
  if (field === 'annual_income' && typeof value === 'number') return dollars(value, lang);
  if (field === 'year' && typeof value === 'number')
    return t('roc-year', { year: lang === 'zh-TW' ? value - 1911 : value });
  if (isDay(value)) return dateOf(value, lang);
  if (value === null || value === undefined) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
