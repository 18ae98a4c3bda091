import type { Lang } from '@xinlu/common/i18n';
import { formField, html } from '@xinlu/common/page';
import { agencyNames, tuitionWaiver } from '../../../country/participants.ts';
import { type Decision, type Facts, membersOf, textOf } from '../decision.ts';
import { dollars } from '../field-words.ts';
import type { FormValues, RelyingPartyProfile } from '../profile.ts';
import { schoolWords } from './words.ts';

/** The school's own roll, as far as the demo needs it. */
const roll: readonly { name: string; number: string; class: Readonly<Record<Lang, string>> }[] = [
  { name: '林子喆', number: '1120386', class: { 'zh-TW': '二年孝班', en: 'Year 2, class Xiao' } },
  { name: '許庭瑄', number: '1120401', class: { 'zh-TW': '二年孝班', en: 'Year 2, class Xiao' } },
];

const TUITION = 28_640;
const PARTIAL_WAIVER = 0.6;
const TERM_DAYS = 150;

const DATASETS = { household: 'household.members', welfare: 'welfare.low-income-status' } as const;

const onRoll = (values: FormValues) =>
  roll.find(({ name, number }) => name === values['student_name'] && number === values['student_number']);

const termEnd = (now: Date): string => {
  const end = new Date(now.getTime() + TERM_DAYS * 24 * 3600_000);
  return `${end.toISOString().slice(0, 10)}T15:59:59Z`;
};

/** Low income waives all, middle-to-low income a part; the student must belong to the applicant's household. */
export const decideWaiver = (form: FormValues, facts: Facts, now: Date): Decision => {
  const status = textOf(facts, DATASETS.welfare, 'status');
  const validUntil = textOf(facts, DATASETS.welfare, 'valid_until');
  const members = membersOf(facts);
  if (status === undefined || members === undefined) return { outcome: 'by-hand', reason: 'incomplete' };
  if (status !== 'low-income' && status !== 'middle-low-income')
    return { outcome: 'declined', reason: 'no-status' };
  if (validUntil === undefined || validUntil < now.toISOString().slice(0, 10))
    return { outcome: 'declined', reason: 'expired' };
  if (!members.some(({ name }) => name === form['student_name']))
    return { outcome: 'by-hand', reason: 'not-member' };
  return status === 'low-income'
    ? { outcome: 'approved', reason: 'full', amount: 0 }
    : { outcome: 'approved', reason: 'partial', amount: Math.round(TUITION * (1 - PARTIAL_WAIVER)) };
};

export const school: RelyingPartyProfile = {
  id: 'school',
  name: agencyNames.school,
  mark: '信',
  theme: 'school',
  delegation: {
    kinds: ['guardian'],
    actions: [tuitionWaiver.code],
    words: { 'zh-TW': '以家長身分替子女登入', en: 'Sign in for my child' },
  },
  words: (lang) => {
    const t = schoolWords(lang);
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
  fieldNames: ['student_name', 'student_number'],
  form: (lang, values, faults) => {
    const t = schoolWords(lang);
    const error = (name: string) => {
      const fault = faults.find((one) => one.name === name);
      return fault ? { error: fault.text } : {};
    };
    return html`${formField({
      name: 'student_name',
      label: t('student-name'),
      hint: t('student-name-hint'),
      value: values['student_name'] ?? '',
      maxlength: 60,
      autocomplete: 'off',
      width: 'medium',
      ...error('student_name'),
    })}${formField({
      name: 'student_number',
      label: t('student-number'),
      hint: t('student-number-hint'),
      value: values['student_number'] ?? '',
      maxlength: 7,
      inputmode: 'numeric',
      autocomplete: 'off',
      width: 'short',
      mono: true,
      ...error('student_number'),
    })}`;
  },
  check: (lang, values) => {
    const t = schoolWords(lang);
    const faults = [
      ...(values['student_name'] ? [] : [{ name: 'student_name', text: t('fault-name') }]),
      ...(/^\d{7}$/.test(values['student_number'] ?? '')
        ? []
        : [{ name: 'student_number', text: t('fault-number') }]),
    ];
    if (faults.length > 0 || onRoll(values)) return faults;
    return [{ name: 'student_number', text: t('fault-roll') }];
  },
  summary: (lang, values) => {
    const t = schoolWords(lang);
    return [
      { key: t('student-name'), value: values['student_name'] ?? '' },
      { key: t('student-number'), value: values['student_number'] ?? '' },
      { key: t('student-class'), value: onRoll(values)?.class[lang] ?? '' },
    ];
  },
  request: (now) => {
    const common = {
      type: 'mydata' as const,
      purpose: 'tuition-waiver',
      until: termEnd(now),
      frequency: { count: 10, period: 'P1D' },
      retention: 'P1Y',
    };
    return [
      {
        ...common,
        dataset: DATASETS.household,
        provider: 'household',
        fields: ['members', 'address'],
        optional: ['address'],
      },
      {
        ...common,
        dataset: DATASETS.welfare,
        provider: 'welfare',
        fields: ['status', 'valid_until', 'case_number'],
        optional: ['case_number'],
      },
    ];
  },
  decide: decideWaiver,
  explainDecision: (lang, { reason, amount }) => {
    const t = schoolWords(lang);
    const amountText = dollars(amount ?? 0, lang);
    switch (reason) {
      case 'full':
      case 'partial':
        return { title: t(`${reason}-title`), body: t(`${reason}-body`, { amount: amountText }) };
      case 'no-status':
      case 'expired':
      case 'not-member':
        return { title: t(`${reason}-title`), body: t(`${reason}-body`) };
      default:
        return { title: t('incomplete-title'), body: t('incomplete-body') };
    }
  },
};
