import { radioGroup } from '@xinlu/common/page';
import type { MyDataDetail } from '@xinlu/common/wire';
import { agencyNames } from '../../../country/participants.ts';
import { type Decision, type Facts, membersOf, numberOf } from '../decision.ts';
import { dollars } from '../field-words.ts';
import type { FormValues, RelyingPartyProfile } from '../profile.ts';
import { bankWords } from './words.ts';

const kinds = ['cashback', 'travel'] as const;

/** Income a head below which a colleague decides, and the most that the machine grants, in dollars a year. */
const LEAST_INCOME_A_HEAD = 200_000;
const HIGHEST_LIMIT = 300_000;
const LIMIT_STEP = 10_000;

const income: MyDataDetail = {
  type: 'mydata',
  purpose: 'credit-card-application',
  dataset: 'tax.income',
  provider: 'tax',
  fields: ['annual_income', 'year', 'employer'],
  optional: ['employer'],
  retention: 'P6M',
};

const household: MyDataDetail = {
  type: 'mydata',
  purpose: 'credit-card-application',
  dataset: 'household.members',
  provider: 'household',
  fields: ['members'],
  retention: 'P6M',
};

/** Two months' income as the limit, rounded down, when the income a head of the household suffices. */
export const decideCard = (_form: FormValues, facts: Facts): Decision => {
  const annual = numberOf(facts, 'tax.income', 'annual_income');
  const members = membersOf(facts);
  if (annual === undefined || members === undefined || members.length === 0)
    return { outcome: 'by-hand', reason: 'incomplete' };
  if (annual / members.length < LEAST_INCOME_A_HEAD) return { outcome: 'by-hand', reason: 'by-hand' };
  const limit = Math.floor(Math.min(annual / 6, HIGHEST_LIMIT) / LIMIT_STEP) * LIMIT_STEP;
  return { outcome: 'approved', reason: 'limit', amount: limit };
};

export const bank: RelyingPartyProfile = {
  id: 'bank',
  name: agencyNames.bank,
  mark: '民',
  theme: 'bank',
  words: (lang) => {
    const t = bankWords(lang);
    return {
      service: t('service'),
      title: t('title'),
      lead: t('lead'),
      why: t('why'),
      formTitle: t('form-title'),
      formLead: t('form-lead'),
      paper: t('paper'),
      standing: t('standing'),
    };
  },
  fieldNames: ['card_kind'],
  form: (lang, values, faults) => {
    const t = bankWords(lang);
    const fault = faults.find(({ name }) => name === 'card_kind');
    return radioGroup({
      name: 'card_kind',
      label: t('card-kind'),
      value: values['card_kind'] ?? 'cashback',
      choices: kinds.map((kind) => ({ value: kind, label: t(kind), description: t(`${kind}-body`) })),
      ...(fault ? { error: fault.text } : {}),
    });
  },
  check: (lang, values) =>
    kinds.some((kind) => kind === values['card_kind'])
      ? []
      : [{ name: 'card_kind', text: bankWords(lang)('fault-kind') }],
  summary: (lang, values) => {
    const t = bankWords(lang);
    const kind = kinds.find((one) => one === values['card_kind']);
    return [{ key: t('card-kind'), value: kind ? t(kind) : '' }];
  },
  request: () => [income, household],
  excessiveRequest: () => [income, { ...household, fields: ['members', 'address'] }],
  decide: decideCard,
  explainDecision: (lang, { reason, amount }) => {
    const t = bankWords(lang);
    switch (reason) {
      case 'limit':
        return { title: t('limit-title', { amount: dollars(amount ?? 0, lang) }), body: t('limit-body') };
      case 'by-hand':
        return { title: t('by-hand-title'), body: t('by-hand-body') };
      default:
        return { title: t('incomplete-title'), body: t('incomplete-body') };
    }
  },
};
