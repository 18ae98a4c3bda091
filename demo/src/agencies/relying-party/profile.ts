import type { Lang } from '@xinlu/common/i18n';
import type { Html, Theme } from '@xinlu/common/page';
import type { Localized, MyDataDetail } from '@xinlu/common/wire';
import type { MyData } from '@xinlu/rp-kit';
import type { DelegationWish } from '../../login.ts';
import type { Decision, Facts } from './decision.ts';

/** A field of an application form as it is typed in. */
export type FormValues = Readonly<Record<string, string>>;

export type FormFault = { name: string; text: string };

/**
 * Everything in which one relying party differs from another: its name and look, its form, what data it asks for and
 * how it decides. The site around it is the same code for all.
 */
export type RelyingPartyProfile = {
  id: 'school' | 'bank' | 'district-office';
  name: Localized;
  mark: string;
  theme: Theme;
  words: (lang: Lang) => ProfileWords;
  /** For what a parent or guardian may sign in here, with the words of the button. */
  delegation?: DelegationWish & { words: Localized };
  /** The fields that the applicant fills in herself; values and faults from the last attempt. */
  form(lang: Lang, values: FormValues, faults: readonly FormFault[]): Html;
  /** Names of the form's fields; nothing else is kept. */
  fieldNames: readonly string[];
  check(lang: Lang, values: FormValues): FormFault[];
  /** What was typed in, in words. */
  summary(lang: Lang, values: FormValues): { key: string; value: string }[];
  /** What to ask of MyData, one element a dataset. */
  request(now: Date): MyDataDetail[];
  /** A request for more than the purpose covers, to show that the broker refuses it before the citizen is asked. */
  excessiveRequest?(now: Date): MyDataDetail[];
  /** Asks yes or no in place of data (電子查驗), with the words of each question by its field. */
  verification?: {
    question(caseNumber: string, now: Date): Parameters<MyData['verify']>[1];
    words(lang: Lang): Readonly<Record<string, string>>;
  };
  decide(form: FormValues, facts: Facts, now: Date): Decision;
  explainDecision(lang: Lang, decision: Decision): { title: string; body: string };
};

/** The words that every profile has. */
export type ProfileWords = {
  service: string;
  title: string;
  lead: string;
  /** Why the data are asked for, in half a sentence. */
  why: string;
  formTitle: string;
  formLead: string;
  paper: string;
  standing: string;
};
