import { formField } from '@xinlu/common/page';
import type { MyDataDetail, SealedCheck } from '@xinlu/common/wire';
import { agencyNames } from '../../../country/participants.ts';
import type { Decision, Facts } from '../decision.ts';
import type { FormValues, RelyingPartyProfile } from '../profile.ts';
import { districtOfficeWords } from './words.ts';

const DATASET = 'household.members';
const DISTRICT = '信路市大安區';
const PLATE = /^[A-Z0-9]{2,4}-[A-Z0-9]{2,4}$/;

const residence: MyDataDetail = {
  type: 'mydata',
  purpose: 'residence-check',
  dataset: DATASET,
  provider: 'household',
  fields: ['address', 'registered_since'],
  retention: 'P1Y',
  verify: true,
};

/** The same day a year ago, by the calendar of Taipei. */
const aYearBefore = (now: Date): string => {
  const day = new Date(now.getTime() + 8 * 3600_000);
  day.setUTCFullYear(day.getUTCFullYear() - 1);
  return day.toISOString().slice(0, 10);
};

const checks = (now: Date): SealedCheck[] => [
  { field: 'address', test: 'starts-with', value: DISTRICT },
  { field: 'registered_since', test: 'on-or-before', value: aYearBefore(now) },
];

/** By the registry's yes or no alone: registered in the district, and for a year. */
export const decidePermit = (_form: FormValues, facts: Facts): Decision => {
  const { address, registered_since: since } = facts.get(DATASET) ?? {};
  if (typeof address !== 'boolean' || typeof since !== 'boolean')
    return { outcome: 'by-hand', reason: 'incomplete' };
  if (!address) return { outcome: 'declined', reason: 'elsewhere' };
  return since ? { outcome: 'approved', reason: 'approved' } : { outcome: 'declined', reason: 'too-new' };
};

/** 跨機關電子查驗: a district office that needs no household transcript, and not even the address. */
export const districtOffice: RelyingPartyProfile = {
  id: 'district-office',
  name: agencyNames['district-office'],
  mark: '安',
  theme: 'agency',
  words: (lang) => {
    const t = districtOfficeWords(lang);
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
  fieldNames: ['plate'],
  form: (lang, values, faults) => {
    const t = districtOfficeWords(lang);
    const fault = faults.find(({ name }) => name === 'plate');
    return formField({
      name: 'plate',
      label: t('plate'),
      hint: t('plate-hint'),
      value: values['plate'] ?? '',
      maxlength: 9,
      autocomplete: 'off',
      width: 'short',
      mono: true,
      ...(fault ? { error: fault.text } : {}),
    });
  },
  check: (lang, values) =>
    PLATE.test(values['plate'] ?? '')
      ? []
      : [{ name: 'plate', text: districtOfficeWords(lang)('fault-plate') }],
  summary: (lang, values) => [{ key: districtOfficeWords(lang)('plate'), value: values['plate'] ?? '' }],
  request: () => [residence],
  verification: {
    question: (caseNumber, now) => ({
      dataset: DATASET,
      caseNumber,
      reason: districtOfficeWords('zh-TW')('reason'),
      checks: checks(now),
    }),
    words: (lang) => {
      const t = districtOfficeWords(lang);
      return { address: t('question-address'), registered_since: t('question-since') };
    },
  },
  decide: decidePermit,
  explainDecision: (lang, { reason }) => {
    const t = districtOfficeWords(lang);
    switch (reason) {
      case 'approved':
        return { title: t('approved-title'), body: t('approved-body') };
      case 'elsewhere':
        return { title: t('elsewhere-title'), body: t('elsewhere-body') };
      case 'too-new':
        return { title: t('too-new-title'), body: t('too-new-body') };
      default:
        return { title: t('incomplete-title'), body: t('incomplete-body') };
    }
  },
};
